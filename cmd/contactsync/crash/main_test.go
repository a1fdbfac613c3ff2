package crash

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/contactsync/contactsync/cmd/internal/cli"
)

// TestMain makes programs of the test binary, and puts them in the PATH: contactsync as it is built, and the tracer.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"contactsync": contactsync, tracerName: tracerMain})
}

func contactsync() { os.Exit(cli.Main(cli.ProcessEnv())) }
