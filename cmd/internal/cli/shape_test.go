package cli_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/simulator"
)

// nightArgs is a job's command over a file with this text.
func (r *rig) nightArgs(command, text string, flags ...string) []string {
	r.Helper()
	file := filepath.Join(r.dir, "job.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		r.Fatal(err)
	}
	args := []string{command, file, "--job", "crm", "--report-dir", filepath.Join(r.dir, "report"), "--accept-invalid", "10%", "--rate", "100000/1s"}
	return append(args, flags...)
}

// TestThirtyNights lets people keep a job's file for thirty nights: none of them is taken for another file.
func TestThirtyNights(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"import", "sync"} {
		for seed := uint64(1); seed <= 5; seed++ {
			rows := 300
			if seed > 2 {
				rows = 4 * int(seed) // 12 to 20
			}
			t.Run(fmt.Sprintf("%s of %d rows", command, rows), func(t *testing.T) {
				t.Parallel()
				inRig(t, simulator.Options{}, func(r *rig) {
					f := newJobFile(seed, rows)
					for night := range 30 {
						// Those that a small file may have too much of: each has a guard of its own.
						code := r.start(r.nightArgs(command, f.String(), "--type", "Technical", "--accept-invalid", "50%")...)
						if code != 0 {
							t.Fatalf("night %d, with %d rows, ended with %d\n%s", night+1, len(f.rows), code, &r.out)
						}
						f.night()
					}
				})
			})
		}
	}
}

// TestShapeStops gives a job, after some good nights, a file that is wrong as a whole: nothing is written, and somebody is told why.
func TestShapeStops(t *testing.T) {
	t.Parallel()
	const failing = -2 // in whatever way
	for name, test := range map[string]struct {
		file  func(*jobFile) string
		flags []string
		code  int
		says  []string // parts of what is told, in import and in sync
	}{
		"half a file":    {file: func(f *jobFile) string { f.rows = f.rows[:len(f.rows)/2]; return f.String() }, says: []string{"there are 1", "fewer than"}},
		"a doubled file": {file: func(f *jobFile) string { f.rows = append(f.rows, f.rows...); return f.String() }, says: []string{"rows", "more than"}},
		"a doubled file of others": {
			file: func(f *jobFile) string {
				f.rows = append(f.rows, newJobFile(77, len(f.rows)).rows...)
				return f.String()
			},
			says: []string{"more than", "of the valid rows match a contact"}, flags: []string{"--max-creates", "100%"},
		},
		"a renamed column":                      {file: func(f *jobFile) string { return f.renamed(email, "Electronic mail") }, says: []string{`of 8 columns of which fields were made in the job's last good run 7 are there, and not "E-mail"`}},
		"a renamed column that is not known":    {file: func(f *jobFile) string { return f.renamed(street, "Zzz") }, says: []string{`7 are there, and not "Street"`}},
		"another delimiter, the header as ever": {file: func(f *jobFile) string { return f.text(",", ";") }, code: failing},
		"another delimiter, a broken header": {file: func(f *jobFile) string {
			f.header[first], f.header[street] = "First", "Str\x7feet"
			return strings.Replace(f.text(";", ";"), "Last Name;", "Last Name,", 1)
		}, code: failing},
		"another type":                {file: func(f *jobFile) string { return f.with(func(row []string) { row[kind] = "Commercial" }) }, says: []string{"--max-creates 50%", "0% of the valid rows match a contact"}},
		"empty e-mails":               {file: func(f *jobFile) string { return f.with(func(row []string) { row[email] = "" }) }, says: []string{`100% of the cells in the column "E-mail" are empty`}},
		"placeholders in the e-mails": {file: func(f *jobFile) string { return f.with(func(row []string) { row[email] = "n/a" }) }, says: []string{`100% of the cells in the column "E-mail" are empty`}},
		"broken e-mails": {file: func(f *jobFile) string {
			return f.with(func(row []string) { row[email] = strings.ReplaceAll(row[email], "@", " at ") })
		}, says: []string{"100% of the rows are invalid"}},
		"another customer's file": {file: func(f *jobFile) string { return newJobFile(99, len(f.rows)).String() }, says: []string{"--max-creates 50%", "0% of the valid rows match a contact"}},
		"another customer's file, and as many creates as it likes": {
			file: func(f *jobFile) string { return newJobFile(99, len(f.rows)).String() }, flags: []string{"--max-creates", "100%"}, says: []string{"0% of the valid rows match a contact"},
		},
		"read in a wrong encoding":      {file: func(f *jobFile) string { return misread(f.String()) }, says: []string{"of the filled cells have damaged letters"}},
		"letters that were not encoded": {file: func(f *jobFile) string { return unencoded(f.String(), "?") }, says: []string{"of the filled cells have damaged letters"}},
		"letters that were lost":        {file: func(f *jobFile) string { return unencoded(f.String(), "\uFFFD") }, says: []string{"of the filled cells have damaged letters"}},
		"first and last names exchanged": {file: func(f *jobFile) string {
			return f.with(func(row []string) { row[first], row[last] = row[last], row[first] })
		}, says: []string{"of the rows with a contact"}},
		"telephones exchanged": {file: func(f *jobFile) string {
			return f.with(func(row []string) { row[phone], row[mobile] = row[mobile], row[phone] })
		}, says: []string{`in the column "Mobile" are empty`, `in the column "Phone" are empty`, "of the rows with a contact"}},
		"cities and streets exchanged": {file: func(f *jobFile) string {
			return f.with(func(row []string) { row[street], row[city] = row[city], row[street] })
		}, says: []string{"of the rows with a contact"}},
		"zero rows":                   {file: func(f *jobFile) string { f.rows = nil; return f.String() }, code: 1, says: []string{"there is a header, but no row below it", "--allow-empty"}},
		"nothing":                     {file: func(*jobFile) string { return "" }, code: 1, says: []string{"the file is empty", "--allow-empty"}},
		"zero rows of another system": {file: func(*jobFile) string { return "Name,Mail\n" }, flags: []string{"--allow-empty"}, says: []string{`0 are there, and not `}},
	} {
		for _, command := range []string{"import", "sync"} {
			t.Run(command+" of "+name, func(t *testing.T) {
				t.Parallel()
				inRig(t, simulator.Options{}, func(r *rig) {
					f := newJobFile(5, 300)
					for range 2 {
						r.command(0, r.nightArgs(command, f.String(), "--type", "Technical")...)
						f.night()
					}
					before := r.wrote()
					args := r.nightArgs(command, test.file(f), append([]string{"--type", "Technical"}, test.flags...)...)
					for _, more := range [][]string{{"--dry-run"}, nil} {
						want := test.code
						if want == 0 {
							want = 6
						}
						if got := r.start(append(args, more...)...); got != want && (want != failing || got == 0 || got == 3) {
							t.Errorf("%q: ended with %d, want %d\n%s", more, got, want, &r.out)
						}
						for _, says := range test.says {
							if !strings.Contains(plainly(r.out.String()), says) {
								t.Errorf("%q: does not say %q\n%s", more, says, &r.out)
							}
						}
						if want == 6 && len(test.flags) == 0 && !strings.Contains(r.out.String(), "--accept-shape") {
							t.Errorf("%q: does not name --accept-shape\n%s", more, &r.out)
						}
						if n := r.wrote() - before; n != 0 {
							t.Errorf("%q: %d requests that write", more, n)
						}
					}
				})
			})
		}
	}
}

// plainly is what events say, without how JSON quotes it.
func plainly(out string) string { return strings.ReplaceAll(out, `\"`, `"`) }

// wrote counts the requests that changed something, over all runs.
func (r *rig) wrote() int {
	return r.arrived(http.MethodPost) + r.arrived(http.MethodPatch) + r.arrived(http.MethodDelete)
}

// misread is a text in UTF-8 after it was taken for ISO-8859-1.
func misread(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// unencoded is a text whose letters beyond ASCII were not to be had.
func unencoded(text, instead string) string {
	return strings.Map(func(c rune) rune {
		if c < utf8.RuneSelf {
			return c
		}
		c, _ = utf8.DecodeRuneInString(instead)
		return c
	}, text)
}

// TestShapePassesOnce: with --accept-shape a file passes, and the next night is held to that one; without it nothing changes.
func TestShapePassesOnce(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		f := newJobFile(5, 200)
		whole := f.String()
		f.rows = f.rows[:90]
		half := f.String()
		r.command(0, r.nightArgs("sync", whole, "--type", "Technical")...)
		r.command(6, r.nightArgs("sync", half, "--type", "Technical")...)
		r.command(0, r.nightArgs("sync", whole, "--type", "Technical")...)
		r.command(6, r.nightArgs("import", half, "--type", "Technical")...) // one job, whatever the command
		r.command(0, r.nightArgs("sync", half, "--type", "Technical", "--accept-shape")...)
		if !strings.Contains(r.out.String(), "passes this once (--accept-shape): there are 90 rows, 200 in the job's last good run") {
			t.Errorf("does not tell what passes\n%s", &r.out)
		}
		r.command(0, r.nightArgs("sync", half, "--type", "Technical")...)
		r.command(6, r.nightArgs("sync", whole, "--type", "Technical")...)
		// Other settings begin anew, and say so; a trial has no shape, and neither has a run of another job.
		r.command(0, r.nightArgs("sync", whole, "--type", "Technical", "--country", "DE")...)
		if !strings.Contains(r.out.String(), "since --country has changed: it is taken anew") {
			t.Errorf("does not tell that it begins anew\n%s", &r.out)
		}
		r.command(0, r.nightArgs("sync", whole, "--type", "Technical", "--country", "DE")...)
		r.command(0, r.nightArgs("sync", whole, "--type", "Technical", "--country", "DE", "--rows", "1-5")...)
		r.command(6, r.nightArgs("sync", half, "--type", "Technical", "--country", "DE")...)
		r.command(0, r.nightArgs("sync", half, "--type", "Technical", "--country", "DE", "--job", "erp")...)
		r.command(0, r.nightArgs("sync", half, "--type", "Technical", "--country", "DE", "--map", "city=City")...)
		if !strings.Contains(r.out.String(), "since the mapping has changed: it is taken anew") {
			t.Errorf("does not tell that it begins anew\n%s", &r.out)
		}
		r.command(0, r.nightArgs("sync", half, "--type", "Commercial", "--country", "DE", "--map", "city=City")...)
		if !strings.Contains(r.out.String(), "since --type has changed: it is taken anew") {
			t.Errorf("does not tell that it begins anew\n%s", &r.out)
		}
		r.command(2, "sync", filepath.Join(r.dir, "job.csv"), "--type", "Technical", "--accept-shape")
	})
}

// TestShapeOfWhatGoesOn: a run that was cut off has no shape; that of the one which goes on with it is that of the whole file, counted as
// if nothing had been cut off.
func TestShapeOfWhatGoesOn(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		f := newJobFile(5, 200)
		for range 2 {
			r.command(0, r.nightArgs("sync", f.String(), "--type", "Technical")...)
		}
		many := func() string { // new people, as many each night: 30 of 100 rows
			for range 60 {
				f.hire()
			}
			f.rows = f.rows[60:]
			return f.String()
		}
		r.command(0, r.nightArgs("sync", many(), "--type", "Technical", "--accept-shape")...)
		r.onRequest = func(req *http.Request, nth int) {
			if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == 50 {
				r.kill()
			}
		}
		text := many()
		r.command(-1, r.nightArgs("sync", text, "--type", "Technical")...)
		r.onRequest = nil
		r.command(0, r.nightArgs("sync", text, "--type", "Technical")...)
		r.command(0, r.nightArgs("sync", many(), "--type", "Technical")...)
	})
}

// TestAllowEmpty: an empty night is a good one where it may be, prunes nothing, is no night that a contact was missing for, and none
// that a later file is held to.
func TestAllowEmpty(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]string{"nothing but a header": "First Name,Last Name,E-mail,Phone,Mobile,Street,City,Type,Remark\n", "nothing": "", "blank lines": "\n \n\n", "a byte order mark": "\uFEFF"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				f := newJobFile(5, 60)
				night := func(code int, text string, flags ...string) {
					t.Helper()
					r.command(code, r.nightArgs("sync", text, append([]string{"--type", "Technical", "--prune", "--prune-after", "2", "--max-deletes", "100%"}, flags...)...)...)
				}
				night(1, empty)
				night(0, empty, "--allow-empty")
				night(0, f.String()) // no good run is behind it: all may be new
				night(0, empty, "--allow-empty")
				night(0, empty, "--allow-empty")
				night(0, f.String())
				if n := r.arrived(http.MethodDelete); n != 0 || r.arrived(http.MethodPost) != 60 {
					t.Errorf("%d deletes, %d creates", n, r.arrived(http.MethodPost))
				}
				gone := f.rows[0]
				f.rows = f.rows[1:]
				night(0, f.String())
				night(0, empty, "--allow-empty")
				if n := r.arrived(http.MethodDelete); n != 0 {
					t.Errorf("%d deletes: the empty night counts as one", n)
				}
				night(0, f.String())
				if n := r.arrived(http.MethodDelete); n != 1 {
					t.Errorf("%d deletes of %s", n, gone[email])
				}
				f.rows = f.rows[:20]
				night(6, f.String())
				night(6, empty+"First Name,Last Name,E-mail,Phone,Mobile,Street,City,Type,Remark\nA,B,broken,,,,,,\n", "--accept-invalid", "100%")
			})
		})
	}
}

// TestNoValidRow: a file without a valid row never ends well, unless it may be so and its invalid rows are accepted.
func TestNoValidRow(t *testing.T) {
	t.Parallel()
	const broken = "Name,E-mail\nAnn,broken\nBob,broken too\n"
	for _, command := range []string{"import", "sync", "validate"} {
		for _, test := range []struct {
			flags []string
			code  int
		}{
			{nil, 3},
			{[]string{"--allow-empty"}, 3},
			{[]string{"--accept-invalid", "1"}, 3},
			{[]string{"--accept-invalid", "100%"}, 6},
			{[]string{"--accept-invalid", "100%", "--allow-empty"}, 0},
			{[]string{"--accept-invalid", "100%", "--max-invalid", "1"}, 6},
		} {
			inRig(t, simulator.Options{}, func(r *rig) {
				file := filepath.Join(r.dir, "broken.csv")
				if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
					t.Fatal(err)
				}
				r.command(test.code, append([]string{command, file, "--type", "Technical", "--report-dir", filepath.Join(r.dir, "report")}, test.flags...)...)
				if test.code == 6 && !strings.Contains(r.out.String(), "none of 2 rows is valid") {
					t.Errorf("%s %q does not say why\n%s", command, test.flags, &r.out)
				}
			})
		}
	}
}
