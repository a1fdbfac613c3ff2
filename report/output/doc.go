// Package output holds what the files that the program writes have in common: each is complete or absent, and rows of CSV
// are written in batches.
package output
