package importer

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/survey"
	"github.com/contactsync/contactsync/mapping/detect"

	"github.com/contactsync/contactsync/importer/simulator"
	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// benchRows is how many rows the benchmarks of passes read in each turn.
const benchRows = 20_000

// export makes a CRM export of n different contacts, some cells of it in quotes and of several lines.
func export(n int, phones bool) string {
	var b strings.Builder
	b.WriteString("First Name,Last Name,Company,Email,Phone,Mobile,Street,City,State,Zip,Country,Record ID,Notes,Owner\r\n")
	for i := range n {
		phone, mobile, note := "", "", ""
		if phones {
			phone, mobile = fmt.Sprintf("030 %d", 2_000_000+i), fmt.Sprintf("+49 151 %d", 10_000_000+i)
		}
		if i%7 == 0 {
			note = "\"called, left a message\nwill call back\""
		}
		fmt.Fprintf(&b, "Ann,Example%d,Example GmbH,ann.%d@example.com,%s,%s,Hauptstraße %d,Berlin,BE,10115,Germany,%d,%s,Bob\r\n",
			i, i, phone, mobile, i%200, 500_000_000+i, note)
	}
	return b.String()
}

func benchInput(tb testing.TB, data string) check.Input {
	tb.Helper()
	env := source.Env{Open: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil }}
	src, err := source.Open(env, "contacts.csv", source.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = src.Close() })
	rows, err := src.Sample(500)
	if err != nil {
		tb.Fatal(err)
	}
	var cells [][]string
	for _, r := range rows {
		cells = append(cells, r.Cells)
	}
	m, err := detect.Columns(src.Header(), cells)
	if err != nil {
		tb.Fatal(err)
	}
	return check.Input{Name: src.Name(), Source: src, Mapping: m}
}

// stopwatch is a Progress that takes the time of each pass.
type stopwatch struct {
	begun     time.Time
	processor time.Duration
	pass      ending.Pass
	took      map[ending.Pass]time.Duration
	used      map[ending.Pass]time.Duration // of the processor
}

func (w *stopwatch) Start(p ending.Pass, _ int) {
	w.pass, w.begun, w.processor = p, time.Now(), processorTime()
}
func (w *stopwatch) Row(outcome.Status) {}
func (w *stopwatch) End() {
	if w.took == nil {
		w.took, w.used = map[ending.Pass]time.Duration{}, map[ending.Pass]time.Duration{}
	}
	w.took[w.pass] += time.Since(w.begun)
	w.used[w.pass] += processorTime() - w.processor
}

func benchJob(b *testing.B, in check.Input, watch *stopwatch) *Import {
	b.Helper()
	match, err := contact.ParseMatch("type,email")
	if err != nil {
		b.Fatal(err)
	}
	return &Import{
		Base: Base{
			About: ledger.Run{ID: "bench", Command: "bench", Started: time.Now(), ReportDir: filepath.Join(b.TempDir(), "report")},
			Match: match, Concurrency: 64, MaxAttempts: 8, Settle: time.Minute, Grace: time.Minute,
			Progress: watch,
			ExitCode: func(ending.Result) int { return 0 },
		},
		Inputs: []check.Input{in}, Rules: survey.Rules{DefaultType: "Technical"},
	}
}

// readPlain is what the check is measured by: encoding/csv over the same bytes, one core, nothing kept.
func readPlain(b *testing.B, data string) time.Duration {
	b.Helper()
	begun := time.Now()
	r := csv.NewReader(strings.NewReader(data))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return time.Since(begun)
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheck makes the check pass over the same rows with and without two phone numbers each. times-csv is how many
// times as long it takes as encoding/csv alone needs for the same bytes in the same run.
func BenchmarkCheck(b *testing.B) {
	for _, phones := range []bool{true, false} {
		b.Run(fmt.Sprintf("phones=%v", phones), func(b *testing.B) {
			data := export(benchRows, phones)
			job := benchJob(b, benchInput(b, data), &stopwatch{})
			rows := check.Checker{Inputs: job.Inputs, Match: job.Match}
			var err error
			if rows.Rules, err = job.Rules.Make(lookup.Offline(), lookup.Types(nil, false)); err != nil {
				b.Fatal(err)
			}
			var plain, checked time.Duration
			b.ReportAllocs()
			for b.Loop() {
				plain += readPlain(b, data)
				begun := time.Now()
				n := 0
				for row, err := range rows.Rows(b.Context(), check.Selection{}) {
					if err != nil || !row.Valid() {
						b.Fatal(err, row.Checked.Problems)
					}
					n++
				}
				if n != benchRows {
					b.Fatalf("%d rows came, want %d", n, benchRows)
				}
				checked += time.Since(begun)
			}
			b.ReportMetric(float64(b.N)*benchRows/checked.Seconds(), "rows/s")
			b.ReportMetric(float64(checked)/float64(plain), "times-csv")
		})
	}
}

// BenchmarkValidate makes whole runs of validate, files of the report included, and tells the rows a second of each pass.
func BenchmarkValidate(b *testing.B) {
	data := export(benchRows, true)
	in := benchInput(b, data)
	watch := &stopwatch{}
	for b.Loop() {
		result := benchJob(b, in, watch).Run(b.Context(), b.Context())
		if result.Err != nil || result.Rows.Of(outcome.Valid) != benchRows {
			b.Fatal(result.Err, result.Rows)
		}
	}
	rows := float64(b.N) * benchRows
	b.ReportMetric(rows/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(rows/watch.took[ending.PassCheck].Seconds(), "check-rows/s")
	b.ReportMetric(rows/watch.took[ending.PassReport].Seconds(), "report-rows/s")
}

// BenchmarkApply sends b.N rows to the simulator on loopback, without a limit, with a ledger on disk and 64 requests
// under way, and beside it the same number of the same requests through a bare client with as many callers. rows/s is
// that of the sending pass, reading and checking the rows again included, with the listing at its end; percent-of-bare
// compares the two, and processor-percent-of-bare does by processor time, which other work on the machine disturbs less.
func BenchmarkApply(b *testing.B) {
	for _, phones := range []bool{true, false} {
		b.Run(fmt.Sprintf("phones=%v", phones), func(b *testing.B) { benchmarkApply(b, phones) })
	}
}

func benchmarkApply(b *testing.B, phones bool) {
	url := benchServer(b)
	rates, err := limit.ParseRates("1000000/1s")
	if err != nil {
		b.Fatal(err)
	}
	client, err := emnify.New(emnify.Config{
		BaseURL: url, Token: credential.New("t"), Budget: limit.New(rates), Timeout: time.Minute, MaxAttempts: 8, MaxBackoff: time.Second,
	})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	book, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	watch := &stopwatch{}
	job := benchJob(b, benchInput(b, export(b.N, phones)), watch)
	job.Directory, job.API, job.Ledger, job.Host = client, client, book, emnify.Host(url)

	// Half before and half after: the machine may have other things to do.
	idle := processorTime()
	bare := benchBare(b, url, b.N/2)
	bareUsed := processorTime() - idle
	b.ResetTimer()
	result := job.Run(b.Context(), b.Context())
	b.StopTimer()
	idle = processorTime()
	bare += benchBare(b, url, b.N-b.N/2)
	bareUsed += processorTime() - idle
	if result.Err != nil || result.Rows.Of(outcome.Created) != b.N {
		b.Fatal(result.Err, result.Rows)
	}
	sent := watch.took[ending.PassSend]
	b.ReportMetric(float64(b.N)/sent.Seconds(), "rows/s")
	b.ReportMetric(float64(b.N)/bare.Seconds(), "bare-rows/s")
	b.ReportMetric(100*float64(bare)/float64(sent), "percent-of-bare")
	if used := watch.used[ending.PassSend]; used > 0 {
		b.ReportMetric(100*float64(bareUsed)/float64(used), "processor-percent-of-bare")
	}
}

// benchServer serves the API without limits until the benchmark ends.
func benchServer(b *testing.B) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() { _ = simulator.New(simulator.Options{Limit: -1, Quota: -1}).Serve(ctx, listener) })
	b.Cleanup(func() {
		cancel()
		serving.Wait()
	})
	return "http://" + listener.Addr().String()
}

// benchBare makes n contacts with net/http alone, in another organisation, so that the run does not compare with them.
func benchBare(b *testing.B, url string, n int) time.Duration {
	b.Helper()
	transport := emnify.NewTransport()
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport}
	token := benchToken(b, c, url)
	contactType := benchType(b, c, url, token)
	post := func(i int) error {
		body := fmt.Sprintf(`{"type":{"id":%d},"name":"Bare Example%d","street":"Hauptstraße %d","zipcode":"10115","city":"Berlin","state":"BE",`+
			`"country":{"id":74},"email":"bare.%d@example.com","phone":"+49302000000","mobile":"+4915110000000"}`, contactType, i, i%200, i)
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url+"/api/v1/organisation/5460/contact", strings.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := c.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusCreated {
			return fmt.Errorf("status %d: %w", resp.StatusCode, err)
		}
		return nil
	}
	var next atomic.Int64
	var group sync.WaitGroup
	begun := time.Now()
	for range 64 {
		group.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				if err := post(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	return time.Since(begun)
}

// benchToken logs in.
func benchToken(b *testing.B, c *http.Client, url string) string {
	b.Helper()
	resp, err := c.Post(url+"/api/v1/authenticate", "application/json", strings.NewReader(`{"application_token":"t"}`))
	if err != nil {
		b.Fatal(err)
	}
	var answer struct {
		Token string `json:"auth_token"`
	}
	decodeBody(b, resp, &answer)
	return answer.Token
}

// benchType learns the id of a contact type from the contacts that are there.
func benchType(b *testing.B, c *http.Client, url, token string) int {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url+"/api/v1/organisation/5417/contact", nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := c.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	var contacts []struct {
		Type struct {
			ID int `json:"id"`
		} `json:"type"`
	}
	decodeBody(b, resp, &contacts)
	if len(contacts) == 0 {
		b.Fatal("there are no contacts to learn types from")
	}
	return contacts[0].Type.ID
}

func decodeBody(b *testing.B, resp *http.Response, to any) {
	b.Helper()
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(to); err != nil {
		b.Fatal(err)
	}
}
