// Package housenumber finds the date that a spreadsheet has made of a house number.
package housenumber
