// Package postcode knows in which countries a postcode may lack zeros at its front, as spreadsheets take them away.
package postcode
