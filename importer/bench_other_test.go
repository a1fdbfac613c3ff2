//go:build !unix

package importer

import "time"

// processorTime is not known here.
func processorTime() time.Duration { return 0 }
