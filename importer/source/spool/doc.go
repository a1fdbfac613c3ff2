// Package spool keeps the bytes of an input as they were read first, so that each pass over it reads the same.
//
// It keeps a private copy or, where there is no room for one, holds the file open; a block that is not what it was ends the
// pass in a [ChangedError] before anything of it is given out. It knows nothing of what the bytes mean.
package spool
