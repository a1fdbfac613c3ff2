// Package decode reads what the API answers: numbers, texts and references in the several ways that they come, a list one
// element at a time, and errors, which are often undocumented. What is read is bounded; nothing is held but the element at hand.
package decode
