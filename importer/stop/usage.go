package stop

// UsageError is a configuration with which no run can be done: the user must change the command, not run it again.
type UsageError struct {
	Message string
	Hint    string
}

func (e *UsageError) Error() string { return e.Message }
