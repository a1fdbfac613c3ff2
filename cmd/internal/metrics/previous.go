package metrics

import (
	"bytes"
	"errors"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// ErrRehearsal says that the metrics of a real run were left as they are.
var ErrRehearsal = errors.New("they are a real run's, and this one was a rehearsal: what a rehearsal tells must not hide how a real run ended")

// previous is what was told before.
type previous map[string]*dto.MetricFamily

// parse reads it.
func parse(text []byte) (previous, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, errors.New("what it holds are no metrics")
	}
	return families, nil
}

// find returns the value of a gauge of which the labels are as asked.
func (p previous) find(name string, labels map[string]string) (float64, bool) {
	for _, m := range p[name].GetMetric() {
		fits := 0
		for _, l := range m.GetLabel() {
			if value, asked := labels[l.GetName()]; asked && value == l.GetValue() {
				fits++
			}
		}
		if fits == len(labels) {
			return m.GetGauge().GetValue(), true
		}
	}
	return 0, false
}

// holdsReal reports whether it is what a real run told: of the group job, or of any where that is empty.
func (p previous) holdsReal(job string) bool {
	for _, m := range p[nameRehearsal].GetMetric() {
		of := job == ""
		for _, l := range m.GetLabel() {
			of = of || l.GetName() == "job" && l.GetValue() == job
		}
		if of && m.GetGauge().GetValue() == 0 {
			return true
		}
	}
	return false
}

// takeOver keeps what was told before of runs like this one and is not known.
func (r *Run) takeOver(p previous) {
	like := map[string]string{labelJob: r.group()}
	if r.Job == "" {
		like[labelCommand] = r.Command
	}
	if rehearsal, ok := p.find(nameRehearsal, like); !ok || rehearsal != one(r.Rehearsal) {
		return
	}
	if at, ok := p.find(nameLastSuccess, like); ok && r.LastSuccess == nil {
		success := time.Time{}
		if at > 0 {
			success = time.UnixMilli(int64(at * 1000))
		}
		r.LastSuccess = &success
	}
	if n, ok := p.find(nameInDoubt, like); ok && r.InDoubt == nil {
		rows := int(n)
		r.InDoubt = &rows
	}
}
