// Package charset tells the encoding of a text from its bytes, and reads and writes it.
//
// An encoding is judged by how likely its letters follow each other, learned from the CLDR's names and from names.txt. What
// can't be told for sure is an [UndecidedError], never a guess. former.go is how version 1 did it, and must not change.
package charset
