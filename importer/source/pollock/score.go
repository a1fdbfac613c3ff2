package main

import "strings"

// score is success, and precision, recall and F1 of header, records and cells.
type score [10]float64

func (s *score) add(o score) {
	for i := range s {
		s[i] += o[i]
	}
}

func (s *score) sum() float64 {
	sum := 0.0
	for _, v := range s {
		sum += v
	}
	return sum
}

func compare(clean [][]string, got table) score {
	s := score{1}
	if len(clean) == 0 {
		return score{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	}
	s[1], s[2], s[3] = overlap(trimAll(clean[0]), trimAll(got.header))
	s[4], s[5], s[6] = overlap(joined(clean[1:]), joined(got.rows))
	s[7], s[8], s[9] = overlap(flat(clean), append(trimAll(got.header), flat(got.rows)...))
	return s
}

// overlap compares two multisets the way the benchmark does.
func overlap(want, got []string) (precision, recall, f1 float64) {
	if len(want) == 0 {
		return 1, 1, 1
	}
	have := map[string]int{}
	for _, v := range got {
		have[v]++
	}
	common := 0.0
	for _, v := range want {
		if have[v] > 0 {
			have[v]--
			common++
		}
	}
	if common == 0 {
		return 0, 0, 0
	}
	precision, recall = common/float64(len(want)), common/float64(len(got))
	return precision, recall, 2 * precision * recall / (precision + recall)
}

func trimAll(cells []string) []string {
	var out []string
	for _, c := range cells {
		out = append(out, strings.TrimSpace(c))
	}
	return out
}

func joined(rows [][]string) []string {
	var out []string
	for _, row := range rows {
		out = append(out, strings.Join(trimAll(row), ""))
	}
	return out
}

func flat(rows [][]string) []string {
	var out []string
	for _, row := range rows {
		out = append(out, trimAll(row)...)
	}
	return out
}
