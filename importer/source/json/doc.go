// Package json cuts text into the records of JSON: the objects of an array (RFC 8259), also of one that an object holds, as APIs
// answer, or one object a line (JSON Lines, NDJSON) or after the other. An object's values are cells under their paths.
//
// Only as much of the text is kept as one record may have. A record that is broken costs itself where it is known where the next one
// begins, which is so of lines; behind what breaks an array nothing is read, since it could be read as something else.
package json
