// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// measurePage loads the page of a guideline with 50 comments as anonymous readers do, against bare Fiber with the same
// bytes.
func measurePage(ctx context.Context, p *process, t *town, load time.Duration) ([]figure, error) {
	address := t.address(p, "/linee-guida/"+t.guidelines[0].Slug)
	response, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK || !strings.Contains(string(body), fmt.Sprintf("Commento numero %d", commentsOnPage-1)) {
		return nil, fmt.Errorf("%s: status %d, without its newest comment", address, response.StatusCode)
	}
	file := filepath.Join(p.folder, "page.html")
	if err := os.WriteFile(file, body, 0o644); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	bare := exec.CommandContext(ctx, self, "-bare", file)
	out, err := bare.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := bare.Start(); err != nil {
		return nil, err
	}
	defer func() { bare.Process.Kill(); bare.Wait() }()
	reference, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, err
	}
	reference = strings.TrimSpace(reference)
	if _, err := awaitPage(ctx, reference, time.Now()); err != nil {
		return nil, err
	}
	value, base, err := turns(
		func() (float64, error) { return wrk(ctx, address, "", load) },
		func() (float64, error) { return wrk(ctx, reference+"/", "", load) })
	return []figure{atLeast(fmt.Sprintf("guideline page, 50 comments, %d KB", len(body)/1024), value, base, "requests/s", 0.7)}, err
}

// opinionsScript has each request give or change the opinion of another person on another proposal, each with their
// session's cookie; the threads of wrk share the people between them.
const opinionsScript = `
local tokens, paths, values, threads = {%s}, {%s}, {"favorevole", "contrario", "non-so"}, 0
function setup(thread) thread:set("n", threads); threads = threads + 1 end
function request()
  n = n + 2
  local person, round = n %% #tokens, math.floor(n / #tokens)
  local value = values[math.floor(round / #paths) %% #values + 1]
  return wrk.format("POST", paths[round %% #paths + 1], {
    ["Cookie"] = "persona=" .. tokens[person + 1], ["Sec-Fetch-Site"] = "same-origin",
    ["Content-Type"] = "application/x-www-form-urlencoded"},
    "opinion=" .. value .. "&published=true")
end
`

// measureOpinions has people with a session give their opinion, against pgbench inserting one such row a transaction.
func measureOpinions(ctx context.Context, p *process, t *town, load time.Duration) ([]figure, error) {
	var tokens, paths []string
	for _, token := range t.sessions {
		tokens = append(tokens, `"`+token+`"`)
	}
	for _, g := range t.guidelines {
		paths = append(paths, `"/consultazioni/`+t.consultation.Slug+`/linee-guida/`+g.Slug+`/contributi"`)
	}
	script := filepath.Join(p.folder, "opinions.lua")
	content := fmt.Sprintf(opinionsScript, strings.Join(tokens, ","), strings.Join(paths, ","))
	if err := os.WriteFile(script, []byte(content), 0o644); err != nil {
		return nil, err
	}
	// The same row as an opinion, with its keys and checks, in a table of its own; the people vary as they do above.
	if _, err := p.db.ExecContext(ctx, `CREATE TABLE bench_opinions (LIKE opinions INCLUDING ALL)`); err != nil {
		return nil, err
	}
	insert := filepath.Join(p.folder, "opinion.sql")
	statement := fmt.Sprintf("INSERT INTO bench_opinions VALUES ('%s', gen_random_uuid(), gen_random_uuid(), 'favorevole', now());\n", t.consultation.ID)
	if err := os.WriteFile(insert, []byte(statement), 0o644); err != nil {
		return nil, err
	}
	value, base, err := turns(
		func() (float64, error) { return wrk(ctx, p.base, script, load) },
		func() (float64, error) { return pgbench(ctx, p, insert, load) })
	return []figure{atLeast("opinions by people with a session", value, base, "rows/s", 0.25)}, err
}

// measureProcess returns what the program holds after everything else, and how fast it starts again on its data.
func measureProcess(ctx context.Context, p *process, _ *town, _ time.Duration) ([]figure, error) {
	memory, err := p.resident()
	if err != nil {
		return nil, err
	}
	var seconds []float64
	for range 5 {
		if err := p.stop(); err != nil {
			return nil, err
		}
		took, err := p.run(ctx)
		if err != nil {
			return nil, err
		}
		seconds = append(seconds, took.Seconds())
	}
	return []figure{
		atMost("warm start, exec to first page", median(seconds), "s", 0.5),
		atMost("resident memory after all of it", memory, "MB", 100),
	}, nil
}
