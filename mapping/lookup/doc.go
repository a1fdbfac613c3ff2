// Package lookup knows what people call countries and contact types, as data: codes, the names of the Unicode CLDR, and
// the further names in countries.txt and types.txt.
//
// It owns those names, and what emnify's table of countries adds to them. A text means the same in every run and on
// every machine; a name that two countries share means neither of them, unless the data files decide it. The tables are
// safe for concurrent use, build themselves when first asked, and stay small whatever they are asked. It does no I/O
// beyond the embedded files, and does not judge: what becomes of a row with an unknown country is decided in contact.
package lookup
