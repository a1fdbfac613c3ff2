package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Somebody else makes, edits and deletes what is theirs, and leaves ours alone.
func TestOthersWriteBesideUs(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) string {
		c := newClient(t, Options{Seed: seed, Bare: true, Limit: -1})
		c.server.SetFaults(faults(t, "others=100%")...)
		kinds := map[string]int{}
		before, edited := map[int64]Contact{}, false
		for i := range 60 {
			if res, _ := c.do("POST", home, fmt.Sprintf(`{"type":{"id":3},"name":"Ours %d"}`, i)); res.StatusCode != http.StatusCreated {
				t.Fatalf("%d", res.StatusCode)
			}
			now := map[int64]Contact{}
			for _, k := range c.server.Contacts(5417) {
				now[k.ID] = k
				was, found := before[k.ID]
				switch ours := strings.HasPrefix(k.Name, "Ours"); {
				case ours && found && was != k:
					t.Errorf("ours was changed: %+v", k)
				case !ours && !found:
					kinds["made"]++
				case !ours && was.City != k.City:
					edited = true
				}
			}
			for id, k := range before {
				if _, found := now[id]; !found {
					kinds["deleted"]++
					if strings.HasPrefix(k.Name, "Ours") {
						t.Errorf("ours was deleted: %+v", k)
					}
				}
			}
			before = now
		}
		if kinds["made"] == 0 || kinds["deleted"] == 0 || !edited {
			t.Errorf("%v, edited %t", kinds, edited)
		}
		text, _ := json.Marshal(kinds)
		return string(text)
	}
	if first, second := run(1), run(1); first != second {
		t.Errorf("%s, then %s with the same seed", first, second)
	}
}

// The list's faults that show pages as they look while somebody writes.
func TestPagesThatSlip(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Bare: true, PageSize: 2})
	for i := range 5 {
		c.server.Add(Contact{Type: 3, Name: fmt.Sprint(i)})
	}
	c.server.SetFaults(faults(t, "slip-page=100%")...)
	seen, totals := "", ""
	for page := 1; page <= 3; page++ {
		res, body := c.do("GET", fmt.Sprintf("%s?page=%d", home, page), "")
		var rows []struct{ Name string }
		if err := json.Unmarshal(body, &rows); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			seen += r.Name
		}
		totals += res.Header.Get("X-Total-Count")
	}
	if seen != "0134" || totals != "544" {
		t.Errorf("the pages show %s of %s", seen, totals)
	}
}

// The log tells what took effect, whatever was answered, and when it did.
func TestTheLogTellsEffects(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, Options{Bare: true})
		c.server.SetFaults(faults(t, "504-late-commit=at:2/1m@POST", "lose=at:1@PATCH", "drop=at:1@DELETE")...)
		id := c.server.Add(Contact{Type: 3, Name: "A"})[0]
		one := fmt.Sprintf("%s/%d", home, id)
		steps := []struct {
			method, path, body string
			effect             bool
		}{
			{"GET", home, "", false}, {"POST", home, `{"type":{"id":3}}`, true}, {"POST", home, `{}`, false},
			{"PATCH", one, `{"city":"B"}`, true}, {"DELETE", one, "", false}, {"DELETE", one, "", true}, {"DELETE", one, "", false},
		}
		for i, step := range steps {
			_, _, _ = c.try(step.method, step.path, step.body)
			requests := c.server.Requests()
			if last := requests[len(requests)-1]; last.Effect != step.effect || last.Method != step.method || last.Path != step.path {
				t.Errorf("step %d: %+v", i, last)
			}
		}
		c.server.SetFaults(faults(t, "504-late-commit=at:1/1m@POST")...)
		_, _, _ = c.try("POST", home, `{"type":{"id":3}}`)
		last := func() Request { r := c.server.Requests(); return r[len(r)-1] }
		if got := last(); got.Effect || got.Created != 0 || got.Status != 504 {
			t.Errorf("before its commit: %+v", got)
		}
		time.Sleep(61 * time.Second)
		if got := last(); !got.Effect || got.Created == 0 || got.Status != 504 {
			t.Errorf("after its commit: %+v", got)
		}
		if !c.server.Edit(5417, last().Created, func(k *Contact) { k.City = "C" }) || c.server.Edit(5417, 1, func(*Contact) {}) {
			t.Error("somebody else can't edit, or edits what is not there")
		}
		if all := c.server.Contacts(5417); all[len(all)-1].City != "C" {
			t.Errorf("%+v", all)
		}
	})
}
