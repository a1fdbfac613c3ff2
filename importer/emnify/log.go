package emnify

// Names of the fields in log lines. No field holds anything of a contact.
const (
	logMethod       = "method"
	logPath         = "path"
	logStatus       = "status"
	logDuration     = "duration_ms"
	logAttempt      = "attempt"
	logRequestID    = "request_id"
	logCloudFrontID = "cloudfront_id"
	logSent         = "sent"
	logError        = "error"
	logPause        = "pause_ms"
	logFailures     = "failures"
	logProbe        = "probe"
	logHost         = "host"
)
