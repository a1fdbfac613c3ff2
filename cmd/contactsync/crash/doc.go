// Package crash holds the tests that kill the built program, cut its power and break its disk, and the tracer that they do
// it with. The tests of the other packages need neither.
package crash
