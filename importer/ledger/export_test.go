package ledger

import "errors"

// IsLinked reports whether a file was refused because it has more than one name.
func IsLinked(err error) bool { return errors.Is(err, errLinked) }
