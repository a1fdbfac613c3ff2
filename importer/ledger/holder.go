package ledger

import (
	"os"
	"time"
)

// ThisProcess is the holder that other runs are told of.
func ThisProcess() Holder {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return Holder{PID: os.Getpid(), Host: host, Since: time.Now().UTC()}
}
