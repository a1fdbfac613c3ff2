// Package mapping says which columns of an input make which field of a contact, and makes drafts of contacts from rows.
//
// It owns profiles (YAML, written by users or built in), the detection of columns from their names and values, and the
// conversion of cells. What columns are called stands as data in synonyms.yaml; the built-in profiles in profiles/.
//
// Guarantees: a column that is not understood is never mapped; the same header and sample give the same mapping; a
// mapping that can't be trusted says so ([Doubt]) instead of guessing silently. Nothing here judges a value: that is
// for package contact. There is no I/O and no logging.
package mapping
