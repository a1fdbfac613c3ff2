package sqlite_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
	"github.com/contactsync/contactsync/importer/outcome"
)

// BenchmarkRows measures rows a second, each with a durable intent and a result, by the number of callers at once.
func BenchmarkRows(b *testing.B) {
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("sqlite-%d", callers), func(b *testing.B) {
			l, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"))
			if err != nil {
				b.Fatal(err)
			}
			benchmarkRows(b, l, callers)
		})
	}
	b.Run("memory-64", func(b *testing.B) { benchmarkRows(b, memory.New(), 64) })
}

func benchmarkRows(b *testing.B, l ledger.Ledger, callers int) {
	ctx := context.Background()
	if err := l.Begin(ctx, ledger.Run{ID: "bench", Started: time.Now()}); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	var next atomic.Int64
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for {
				seq := int(next.Add(1))
				if seq > b.N {
					return
				}
				if err := oneRow(ctx, l, seq); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if err := l.Close(); err != nil {
		b.Error(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func oneRow(ctx context.Context, l ledger.Ledger, seq int) error {
	i := ledger.Intent{
		Run: "bench", Seq: seq, Action: outcome.Create, Attempt: 1, At: time.Now(),
		Row: ledger.RowKey{Scope: ledger.Scope{Host: "cdn.emnify.net", Org: 42}},
	}
	binary.LittleEndian.PutUint64(i.Row.Content[:], uint64(seq)*0x9e3779b97f4a7c15)
	if err := l.Intend(ctx, i); err != nil {
		return err
	}
	return l.Record(ctx, "bench", seq, ledger.Result{
		Status: outcome.Created, At: time.Now(),
		Receipt: outcome.Receipt{
			Effect: outcome.EffectDone, ContactID: int64(seq), Attempts: 1, HTTPStatus: 201,
			RequestID: "6f1b2a3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c", CloudFrontID: "s3cretly-Long-CloudFront-id_abcdefghijklmnopqrstuvwxyz0123==",
		},
	})
}
