package credential

import (
	"slices"

	"github.com/rs/zerolog"
)

// Rotating is the application token over a run: tokens are rotated, and a run may outlive several. It is used by one
// goroutine at a time.
type Rotating struct {
	secret Secret
	reread func() (Secret, error)
	log    zerolog.Logger

	used     bool
	rejected []Secret
}

// NewRotating begins with a token. reread gives it as it stands now; nil: it does not change.
func NewRotating(secret Secret, reread func() (Secret, error), log zerolog.Logger) *Rotating {
	return &Rotating{secret: secret, reread: reread, log: log}
}

// ForRenewal is the one to authenticate with now. The first time it is as it was given, since that is only just read.
func (c *Rotating) ForRenewal() Secret {
	if c.used {
		c.refresh()
	}
	c.used = true
	return c.secret
}

// InPlaceOfRejected is another one than that which was rejected just now; false if there is none.
func (c *Rotating) InPlaceOfRejected() (Secret, bool) {
	c.rejected = append(c.rejected, c.secret)
	return c.secret, c.refresh()
}

// refresh takes up a token that has changed, and reports whether it did. The one that was read last stays where there is no
// other: while a file is being replaced it may be missing or empty for a moment, and the token is most often good still. So it
// does where there is one that was rejected before.
func (c *Rotating) refresh() bool {
	if c.reread == nil {
		return false
	}
	now, err := c.reread()
	if err == nil {
		err = now.Check()
	}
	switch {
	case err != nil:
		c.log.Warn().Err(err).Msg("the application token could not be read again: the one that was read last is used")
		return false
	case now == c.secret:
		return false
	case slices.Contains(c.rejected, now):
		c.log.Warn().Msg("the application token has become one that was rejected in this run: the one that was read last is used")
		return false
	}
	c.secret = now
	c.log.Info().Msg("the application token has changed: the new one is used from now on")
	return true
}
