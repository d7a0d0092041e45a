package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The program as a parent sees it: one line when it is ready, gone with nothing left.
func TestProgram_endsOnSignalAndStdin_leavesNothing(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "vcenter")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	end := map[string]func(*exec.Cmd, io.Closer){
		"signal": func(c *exec.Cmd, _ io.Closer) { _ = c.Process.Signal(syscall.SIGTERM) },
		"stdin":  func(_ *exec.Cmd, in io.Closer) { _ = in.Close() },
	}
	for name, stop := range end {
		dir := t.TempDir()
		c := exec.Command(bin, "-vms", "1", "-disk-mb", "2", "-dir", dir, "-end-with-stdin")
		c.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
		in, _ := c.StdinPipe()
		out, _ := c.StdoutPipe()
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		var r ready
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(line, err)
		}
		pem, err := os.ReadFile(r.CAFile)
		if err != nil {
			t.Fatal(err)
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
		for _, u := range []string{r.URL, strings.Replace(r.URL, "127.0.0.1", "localhost", 1)} {
			res, err := trusting.Get(u + "/vimServiceVersions.xml")
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
		}
		stop(c, in)
		if err := c.Wait(); err != nil {
			t.Fatal(name, ": ", err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Fatal(name, " left ", left[0].Name())
		}
		if left, _ := os.ReadDir(strings.TrimPrefix(c.Env[len(c.Env)-1], "TMPDIR=")); len(left) != 0 {
			t.Fatal(name, " left in TMPDIR ", left[0].Name())
		}
	}
}

func TestFlags_wrong_areRefused(t *testing.T) {
	for _, args := range [][]string{{"-listen", "0.0.0.0:0"}, {"-control", ":8080"}, {"-disk-mb", "0"}, {"extra"}, {"-vms", "-1"}} {
		if _, err := parse(args, io.Discard); err == nil {
			t.Error(args, " went through")
		}
	}
}
