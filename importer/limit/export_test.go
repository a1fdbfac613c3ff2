package limit

import "time"

// Duration is how long that many requests take at least.
func (b *Budget) Duration(requests int) time.Duration { return b.forecast(requests) }
