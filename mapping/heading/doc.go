// Package heading says what the name of a column means: what the column holds, whose it is, and in which language it says
// so; and which rows are no records but names of columns.
//
// The words stand as data in synonyms.yaml. A name that is not understood means nothing: it is never guessed.
package heading
