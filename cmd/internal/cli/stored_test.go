package cli_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestStoredOtherwise: what the service makes of values is told in the night that wrote them, and the next one writes nothing, however
// few contacts there are; after a change too, and after a night that was killed.
func TestStoredOtherwise(t *testing.T) {
	t.Parallel()
	people := func(n int, city string) string {
		var b strings.Builder
		b.WriteString("id,Name,E-mail,Street,City\n")
		for i := range n {
			fmt.Fprintf(&b, "%d,%s,p%d@example.com,Long Street of the Two Rivers %d,%s\n", i, personName(i), i, i, city)
		}
		return b.String()
	}
	byID := []string{"--map", "external_id=id"}
	for n := 1; n <= 6; n++ {
		for _, fault := range []string{"store=cut:20", "store=cut:3@city", "store=upper", "store=upper@city"} {
			t.Run(fmt.Sprint(n, " ", fault), func(t *testing.T) {
				t.Parallel()
				inRig(t, simulator.Options{}, func(r *rig) {
					r.faults(fault)
					for i, city := range []string{"Berlin", "Hamburg", "Hannover"} {
						if i == 2 {
							killed := r.arm(kill{at: 1})
							r.sync(-1, people(n, city), byID...)
							r.onRequest = nil
							if *killed != 1 {
								r.Fatal("the night was not killed")
							}
							time.Sleep(time.Hour)
						}
						r.sync(0, people(n, city), byID...)
						for at, row := range r.report() {
							if row.codes != "stored.differs" {
								r.Errorf("%s, row %d: %+v", city, at+1, row)
							}
						}
						time.Sleep(time.Hour)
						writes := r.changes()
						r.sync(0, people(n, city), byID...)
						if r.changes() != writes {
							r.Errorf("%s: the night after sent %d changes", city, r.changes()-writes)
						}
						time.Sleep(time.Hour)
					}
				})
			})
		}
	}
}
