// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/uptrace/bun"

	"ultimaparola/app/database"
)

// process is the program under measure, with a data folder of its own.
type process struct {
	program, folder, base string
	command               *exec.Cmd
	db                    *bun.DB
}

func start(ctx context.Context, program string) (*process, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "ultimaparola-bench-")
	if err != nil {
		return nil, err
	}
	// The database may run as another user, who has to reach the folder.
	if err := os.Chmod(folder, 0o755); err != nil {
		return nil, err
	}
	p := &process{program: program, folder: folder}
	if _, err := p.run(ctx); err != nil {
		return nil, err
	}
	dsn, err := database.RunningDSN(p.dataDir())
	if err != nil {
		return nil, err
	}
	p.db, err = database.Connect(dsn)
	return p, err
}

func (p *process) dataDir() string { return filepath.Join(p.folder, "data") }

// run starts the program and returns how long it took from exec to its first page.
func (p *process) run(ctx context.Context) (time.Duration, error) {
	port, err := freePort()
	if err != nil {
		return 0, err
	}
	p.base = "http://localhost:" + port
	p.command = exec.Command(p.program, "serve")
	p.command.Env = append(os.Environ(), "PORT="+port, "DATA_DIR="+p.dataDir(), "DEMO=", "DATABASE_URL=", "SMTP_URL=", "BASE_URL=", "LISTEN=")
	p.command.Stderr = os.Stderr
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	began := time.Now()
	if err := p.command.Start(); err != nil {
		return 0, err
	}
	return awaitPage(ctx, p.base, began)
}

// stop ends the program as Ctrl-C does.
func (p *process) stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.command.Wait()
}

func (p *process) remove() {
	err := errors.Join(p.db.Close(), p.stop(), os.RemoveAll(p.folder))
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: cleaning up:", err)
	}
}

// resident returns the program's resident memory in MB, its database apart.
func (p *process) resident() (float64, error) { return p.memory("VmRSS:") }

// memory returns one line of /proc/PID/status in MB: VmRSS is what is resident now, VmHWM the most that ever was.
func (p *process) memory(line string) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(status), line)
	kilobytes, err := strconv.Atoi(strings.Fields(after)[0])
	return float64(kilobytes) / 1024, err
}

// awaitPage asks for the home page until it is there, and returns the time since began.
func awaitPage(ctx context.Context, base string, began time.Time) (time.Duration, error) {
	for ctx.Err() == nil {
		response, err := http.Get(base + "/")
		if err != nil {
			time.Sleep(2 * time.Millisecond)
			continue
		}
		_, err = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if err == nil && response.StatusCode == http.StatusOK {
			return time.Since(began), nil
		}
	}
	return 0, ctx.Err()
}

// serveBare answers every request with the bytes of a file: the most that Fiber can do on this machine. It prints its
// address.
func serveBare(file string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return c.Send(body)
	})
	fmt.Println("http://localhost:" + port)
	return app.Listen("localhost:" + port)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
