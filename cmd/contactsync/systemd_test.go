package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const units = "../../samples/systemd"

// unit is what stands in a unit file, and in what the samples add to it: each setting with its values in order.
type unit map[string][]string

func readUnits(t *testing.T, pattern string) map[string]unit {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(units, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	read := map[string]unit{}
	for _, file := range files {
		u := unit{}
		for _, part := range []string{file, filepath.Join(units, "contactsync-.service.d", "common.conf")} {
			data, err := os.ReadFile(part)
			if err != nil {
				t.Fatal(err)
			}
			text := regexp.MustCompile(`(?m)^[#;].*\n`).ReplaceAllString(string(data), "")
			text = regexp.MustCompile(`\\\n *`).ReplaceAllString(text, " ")
			for line := range strings.SplitSeq(text, "\n") {
				if name, value, ok := strings.Cut(line, "="); ok && strings.HasSuffix(file, ".service") {
					u[name] = append(u[name], strings.ReplaceAll(value, "%%", "%"))
				}
			}
		}
		read[strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))] = u
	}
	return read
}

// environment is what systemd tells the unit's program.
func (u unit) environment(t *testing.T) map[string]string {
	t.Helper()
	env := map[string]string{}
	for _, pair := range u["Environment"] {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	if len(u["EnvironmentFile"]) > 0 {
		maps.Copy(env, pairs(t, filepath.Join(units, "env"), `(?m)^([A-Z_]+)=(\S+)$`))
	}
	return env
}

// TestUnitsRun has the program do what the units of the samples have it do, against a simulator, with other folders in place of the
// machine's.
func TestUnitsRun(t *testing.T) {
	t.Parallel()
	place := newPlace(t, map[string]string{
		"/var/lib/contactsync": "state", "/srv/crm-export": "export", "${CREDENTIALS_DIRECTORY}": "credentials",
	})
	place.write("credentials/application-token", "any-token\n")
	services := readUnits(t, "*.service")
	ran := []string{"contactsync-backup"} // which is another program's: TestUnitsBackUp
	for _, name := range []string{"contactsync-prune", "contactsync-nightly", "contactsync-nightly", "contactsync-prune"} {
		words := strings.Fields(services[name]["ExecStart"][0])
		if words[0] != "/usr/local/bin/contactsync" {
			t.Fatalf("%s starts %s", name, words[0])
		}
		place.run(t, name, words[1:], services[name].environment(t))
		ran = append(ran, name)
	}
	for name := range services {
		if !slices.Contains(ran, name) {
			t.Errorf("nobody has tried %s", name)
		}
	}
	for name := range readUnits(t, "*.timer") {
		if services[name] == nil {
			t.Errorf("%s.timer starts nothing", name)
		}
	}
	for _, file := range []string{"state/ledger.db", "state/ledger.db.key", "state/report/summary.json"} {
		if _, err := os.Stat(place.path(file)); err != nil {
			t.Error(err)
		}
	}
}

// TestUnitsKnowExitCodes holds what a unit does at each exit code to what the README tells a scheduler, and to the time that a run needs
// to stop.
func TestUnitsKnowExitCodes(t *testing.T) {
	t.Parallel()
	nightly := readUnits(t, "contactsync-nightly.service")["contactsync-nightly"]
	if nightly["Restart"][0] != "on-failure" || nightly["SuccessExitStatus"] != nil {
		t.Errorf("it comes again %s, and is content with %v", nightly["Restart"], nightly["SuccessExitStatus"])
	}
	final := strings.Fields(nightly["RestartPreventExitStatus"][0])
	for _, row := range regexp.MustCompile("(?m)^\\| `([1-9])` \\| .* \\| (.*) \\|$").FindAllStringSubmatch(readReadme(t), -1) {
		if again := strings.HasPrefix(row[2], "run "); again == slices.Contains(final, row[1]) {
			t.Errorf("exit code %s: a scheduler should %s, and RestartPreventExitStatus has %v", row[1], row[2], final)
		}
	}
	grace, err := time.ParseDuration(nightly.environment(t)["CONTACTSYNC_GRACE"])
	if err != nil {
		t.Fatal(err)
	}
	if stop, err := time.ParseDuration(nightly["TimeoutStopSec"][0] + "s"); err != nil || stop < 2*grace {
		t.Errorf("it has %s to stop, and requests in flight %s of it: %v", stop, grace, err)
	}
	try, err := time.ParseDuration(values(strings.Fields(nightly["ExecStart"][0]))["--max-duration"])
	if err != nil {
		t.Fatal(err)
	}
	if longest, err := time.ParseDuration(strings.TrimSuffix(nightly["TimeoutStartSec"][0], "our")); err != nil || longest <= try {
		t.Errorf("it may take %s, one try %s: %v", longest, try, err)
	}
}

// TestUnitsBackUp runs the script of the backup, which needs SQLite's own program.
func TestUnitsBackUp(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip(err)
	}
	place := newPlace(t, map[string]string{
		"/var/lib/contactsync": "state", "/var/lib/contactsync-backup": "backup", "/var/lib/contactsync-backup-key": "keys",
	})
	backup := readUnits(t, "*.service")["contactsync-backup"]
	place.run(t, "an import", []string{"import", "--type", "Technical", "--job", "nightly", "--report-dir", "none", place.path("export/contacts.csv")},
		map[string]string{"CONTACTSYNC_STATE": "/var/lib/contactsync/ledger.db", "EMNIFY_APPLICATION_TOKEN": "any-token"})
	script, found := strings.CutPrefix(backup["ExecStart"][0], "/bin/sh -euc '")
	if !found {
		t.Fatalf("it starts %q", backup["ExecStart"])
	}
	script = strings.NewReplacer("$$CONTACTSYNC_STATE", backup.environment(t)["CONTACTSYNC_STATE"], "$$", "$").Replace(strings.TrimSuffix(script, "'"))
	for range 2 {
		place.shell(t, script)
	}
	copies, err := filepath.Glob(place.path("backup/*"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies: %q, %v", copies, err)
	}
	place.restore(t, copies[0], place.path("keys/"+filepath.Base(copies[0])+".key"))
}

// TestUnitsAreValid asks systemd what it thinks of the units, and how much of the machine they are exposed to.
func TestUnitsAreValid(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(units)); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name, u := range readUnits(t, "*.service") {
		path := filepath.Join(dir, name+".service")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// The program is installed nowhere here.
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), "/usr/local/bin/contactsync", "/bin/true")), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, path)
		// Of ten, which is all of it.
		command := exec.CommandContext(t.Context(), tool, "security", "--offline=true", "--threshold=15", name+".service")
		command.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+dir+":")
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("%s is exposed: %v\n%s", name, err, out)
		}
		if u["User"][0] != "contactsync" || u["DynamicUser"][0] != "yes" {
			t.Errorf("%s runs as %s", name, u["User"])
		}
	}
	timers, err := filepath.Glob(filepath.Join(dir, "*.timer"))
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), tool, append(append([]string{"verify", "--man=no"}, names...), timers...)...)
	command.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+dir+":")
	if out, err := command.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}
