// Package mapping holds which columns of an input make which field of a contact, and makes drafts of contacts from rows.
//
// It owns profiles (YAML, written by users or built in, in profiles/), what a person says with --map, and the conversion of
// cells. Where nobody says which column is what, package detect finds it out.
//
// Guarantees: a column that is not understood is never mapped; a mapping that can't be trusted says so ([Doubt]) instead
// of guessing silently. Nothing here judges a value: that is for package contact. There is no I/O and no logging.
package mapping
