package report

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report/output"
)

// lines writes report.jsonl: what report.csv has, as typed values, and the problems one by one.
type lines struct {
	file    *output.Pending
	buffer  bytes.Buffer
	encoder *json.Encoder
	line    jsonRow
}

// jsonRow is a line of report.jsonl. A number that is not known is null.
type jsonRow struct {
	Source        string        `json:"source"`
	Row           *int          `json:"row"`
	Line          *int          `json:"line"`
	OrgID         *int64        `json:"org_id"`
	ExternalID    string        `json:"external_id"`
	Action        string        `json:"action"`
	Status        string        `json:"status"`
	ContactID     *int64        `json:"contact_id"`
	Field         string        `json:"field"`
	Message       string        `json:"message"`
	Attempts      int           `json:"attempts"`
	HTTPStatus    *int          `json:"http_status"`
	RequestID     string        `json:"request_id"`
	DuplicateOf   string        `json:"duplicate_of"`
	DuplicateKind string        `json:"duplicate_kind"`
	Codes         []string      `json:"codes"`
	CloudFrontID  string        `json:"cloudfront_id"`
	Problems      []jsonProblem `json:"problems"`
	Warnings      []jsonProblem `json:"warnings"`
	Changes       []jsonChange  `json:"changes,omitempty"`
	ContactName   string        `json:"contact_name,omitempty"`
	ContactEmail  string        `json:"contact_email,omitempty"`
}

type jsonChange struct {
	Field contact.Field `json:"field"`
	Old   string        `json:"old"`
	New   string        `json:"new"`
	// Conflict: somebody had changed the field in the organisation since a run of ours wrote it.
	Conflict bool `json:"conflict"`
}

type jsonProblem struct {
	Code    string        `json:"code"`
	Field   contact.Field `json:"field"`
	Column  string        `json:"column"`
	Value   string        `json:"value"`
	Message string        `json:"message"`
	Fix     string        `json:"fix"`
}

func newLines(p *output.Pending) *lines {
	l := &lines{file: p}
	l.encoder = json.NewEncoder(&l.buffer)
	l.encoder.SetEscapeHTML(false)
	l.line.Problems, l.line.Warnings = []jsonProblem{}, []jsonProblem{}
	return l
}

func (l *lines) add(r Row, text description) error {
	codes := text.codes
	if codes == nil {
		codes = []string{}
	}
	l.line = jsonRow{
		Source: r.Source, Row: known(&r.Row), Line: known(&r.Line), OrgID: known(&r.OrgID), ExternalID: r.ExternalID,
		Action: string(r.Action), Status: string(r.Status), ContactID: known(&r.ContactID),
		Field: text.field, Message: text.message,
		Attempts: r.Attempts, HTTPStatus: known(&r.HTTPStatus), RequestID: r.RequestID,
		DuplicateOf: r.DuplicateOf, DuplicateKind: r.DuplicateKind, Codes: codes, CloudFrontID: r.CloudFrontID,
		Problems: appendProblems(l.line.Problems[:0], r.Problems),
		Warnings: appendProblems(l.line.Warnings[:0], r.Warnings),
		Changes:  changesOf(r.Changes), ContactName: r.ContactName, ContactEmail: r.ContactEmail,
	}
	l.buffer.Reset()
	if err := l.encoder.Encode(&l.line); err != nil {
		return fmt.Errorf("writing %s: %w", linesName, err)
	}
	_, err := l.file.Write(l.buffer.Bytes())
	return err
}

func changesOf(changes []outcome.FieldChange) []jsonChange {
	var all []jsonChange
	for _, c := range changes {
		all = append(all, jsonChange(c))
	}
	return all
}

func known[N int | int64](n *N) *N {
	if *n == 0 {
		return nil
	}
	return n
}

func appendProblems(to []jsonProblem, problems []contact.Problem) []jsonProblem {
	for _, p := range problems {
		to = append(to, jsonProblem{p.Code, p.Field, p.Column, p.Value, p.Message, p.Fix})
	}
	return to
}

func (l *lines) finish() error { return l.file.Complete() }
