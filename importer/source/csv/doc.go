// Package csv cuts text into the records of a table, and finds out in which form the table is.
//
// It reads what programs and people write for CSV: any delimiter, quotes in several ways, all line ends, also mixed. A
// broken quote costs its record and what belongs to it, never a neighbour. It knows texts only: no files, and no columns.
package csv
