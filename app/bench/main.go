// SPDX-License-Identifier: AGPL-3.0-or-later

// Command bench measures the program against bare Fiber and pgbench, all in one run on one machine: `make bench`. It
// starts the program as its users do, in a new data folder with a database of its own, prints a table and writes
// bench.json. It measures and never fails for a figure: a target missed is told in the table.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// figure is one line of the table. Ratio is value over reference; a target is a ratio where there is a reference.
type figure struct {
	Name      string  `json:"name"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit"`
	Reference float64 `json:"reference,omitempty"`
	Ratio     float64 `json:"ratio,omitempty"`
	Target    float64 `json:"target"`
	Met       bool    `json:"met"`
}

// atLeast is a figure against a reference: met when value is at least target times reference.
func atLeast(name string, value, reference float64, unit string, target float64) figure {
	f := figure{Name: name, Value: value, Unit: unit, Reference: reference, Target: target}
	if reference > 0 {
		f.Ratio = value / reference
	}
	f.Met = f.Ratio >= target
	return f
}

// atMost is a figure that must not be larger than target.
func atMost(name string, value float64, unit string, target float64) figure {
	return figure{Name: name, Value: value, Unit: unit, Target: target, Met: value <= target}
}

func main() {
	program := flag.String("program", "bin/ultimaparola", "the program to measure")
	seconds := flag.Int("seconds", 5, "how long each load runs")
	only := flag.String("only", "", "the measures to take, with commas between; none: all of them")
	bare := flag.String("bare", "", "serve this file with bare Fiber (used by the command itself)")
	flag.Parse()
	if *bare != "" {
		exitOn(serveBare(*bare))
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Minute)
	defer cancel()
	figures, err := measure(ctx, *program, *only, time.Duration(*seconds)*time.Second)
	exitOn(err)
	print(figures)
	exitOn(write("bench.json", figures))
}

func measure(ctx context.Context, program, only string, load time.Duration) ([]figure, error) {
	p, err := start(ctx, program)
	if err != nil {
		return nil, err
	}
	defer p.remove()
	t, err := settle(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("preparing: %w", err)
	}
	var figures []figure
	for _, m := range []struct {
		name string
		run  func(context.Context, *process, *town, time.Duration) ([]figure, error)
	}{
		{"guideline page", measurePage},
		{"opinions", measureOpinions},
		{"registrations", measureRegistrations},
		{"desk", measureDesk},
		{"first visit", measureFirstVisit},
		{"memory and start", measureProcess},
	} {
		if only != "" && !slices.Contains(strings.Split(only, ","), m.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring: %s\n", m.name)
		found, err := m.run(ctx, p, t, load)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		figures = append(figures, found...)
	}
	return figures, nil
}

func print(figures []figure) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "measure\tvalue\tunit\treference\tratio\ttarget\tmet")
	for _, f := range figures {
		reference, ratio := "–", "–"
		if f.Reference > 0 {
			reference, ratio = fmt.Sprintf("%.0f", f.Reference), fmt.Sprintf("%.2f", f.Ratio)
		}
		fmt.Fprintf(w, "%s\t%.4g\t%s\t%s\t%s\t%g\t%v\n", f.Name, f.Value, f.Unit, reference, ratio, f.Target, f.Met)
	}
	w.Flush()
}

func write(file string, figures []figure) error {
	data, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
