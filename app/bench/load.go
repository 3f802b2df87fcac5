// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"ultimaparola/app/database"
)

const connections = 64

var (
	wrkRate     = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkFailures = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)`)
	pgbenchRate = regexp.MustCompile(`tps = ([\d.]+)`)
)

// wrk loads an address with 64 connections and returns its requests a second. A script may choose the requests.
func wrk(ctx context.Context, address, script string, load time.Duration) (float64, error) {
	args := []string{"-t2", "-c" + strconv.Itoa(connections), fmt.Sprintf("-d%ds", int(load.Seconds()))}
	if script != "" {
		args = append(args, "-s", script)
	}
	out, err := output(exec.CommandContext(ctx, "wrk", append(args, address)...))
	if err != nil {
		return 0, err
	}
	if failed := wrkFailures.Find(out); failed != nil {
		return 0, fmt.Errorf("wrk: %s", failed)
	}
	return rate(wrkRate, out)
}

// pgbench runs a script of SQL with 64 clients and the simple protocol on the program's own server, and returns its
// transactions a second.
func pgbench(ctx context.Context, p *process, script string, load time.Duration) (float64, error) {
	folder, err := database.BinaryFolder(ctx, p.dataDir())
	if err != nil {
		return 0, err
	}
	dsn, err := database.RunningDSN(p.dataDir())
	if err != nil {
		return 0, err
	}
	tool := filepath.Join(folder, "pgbench")
	if _, err := exec.LookPath(tool); err != nil {
		return 0, errors.New("pgbench is missing: install PostgreSQL from your distribution")
	}
	out, err := output(exec.CommandContext(ctx, tool, "-n", "-M", "simple", "-c", strconv.Itoa(connections), "-j", "2",
		"-T", strconv.Itoa(int(load.Seconds())), "-f", script, dsn))
	if err != nil {
		return 0, err
	}
	return rate(pgbenchRate, out)
}

func output(command *exec.Cmd) ([]byte, error) {
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(command.Path), err, problems.String())
	}
	return out.Bytes(), nil
}

func rate(pattern *regexp.Regexp, out []byte) (float64, error) {
	match := pattern.FindSubmatch(out)
	if match == nil {
		return 0, fmt.Errorf("no rate in: %s", out)
	}
	return strconv.ParseFloat(string(match[1]), 64)
}

// rounds is how often a load and its reference take turns; the median of each counts.
const rounds = 3

// turns runs a load and its reference in turns and returns the medians.
func turns(load, reference func() (float64, error)) (value, base float64, err error) {
	var values, bases []float64
	for range rounds {
		b, err := reference()
		if err != nil {
			return 0, 0, err
		}
		v, err := load()
		if err != nil {
			return 0, 0, err
		}
		values, bases = append(values, v), append(bases, b)
	}
	return median(values), median(bases), nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
