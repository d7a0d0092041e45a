// Command vcenter simulates a vCenter with running VMs, for tests of the vSphere connector.
// README.md says what is simulated and what is not.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	vms, writers    int
	diskMB, fillKB  int64
	writesPerSecond float64
	seed            uint64

	version string
	esxi    bool

	listen, controlListen string
	dir                   string
	sessionTimeout        time.Duration
	leaseTimeout          time.Duration
	leaseDelay            time.Duration
	exportRate            int64
	starHost              bool
	pageObjects           int32
	maxAreas              int
	role                  []string
	endWithStdin          bool
	keepDigests           bool

	disks, thumbprint string // found while starting
}

func parse(args []string, errors io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("vcenter", flag.ContinueOnError)
	f.SetOutput(errors)
	f.IntVar(&o.vms, "vms", 2, "VMs, all powered on")
	f.Int64Var(&o.diskMB, "disk-mb", 64, "capacity of each disk, MiB")
	f.Int64Var(&o.fillKB, "fill-kb", 4096, "content of each disk at the start, KiB")
	f.IntVar(&o.writers, "writers", 16, "VMs with a writer inside, the first ones")
	f.Float64Var(&o.writesPerSecond, "writes-per-second", 20, "writes of 4 KiB by each writer; 0 for none")
	f.StringVar(&o.version, "version", "8.0.3", "that the server says to be, 6.5.0 to 9.1.0")
	f.BoolVar(&o.esxi, "esxi", false, "an ESXi host alone, without a vCenter; device URLs have * as host")
	f.Uint64Var(&o.seed, "seed", 1, "of uuids, content and writes")
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "address of the vCenter; port 0 takes a free one")
	f.StringVar(&o.controlListen, "control", "127.0.0.1:0", "address of the control endpoint")
	f.StringVar(&o.dir, "dir", "", "folder for the disks and the CA file, made if missing; default: temporary")
	f.DurationVar(&o.sessionTimeout, "session-timeout", 30*time.Minute, "of an idle session")
	f.DurationVar(&o.leaseTimeout, "lease-timeout", 300*time.Second, "of an export lease without progress")
	f.DurationVar(&o.leaseDelay, "lease-delay", 200*time.Millisecond, "until a lease is ready")
	f.Int64Var(&o.exportRate, "export-bytes-per-second", 0, "of one download; 0 is unlimited")
	f.BoolVar(&o.starHost, "star-host", false, "device URLs have * as host, as those of an ESXi host")
	page := f.Int("page-objects", 100, "objects in one answer of RetrievePropertiesEx at most")
	f.IntVar(&o.maxAreas, "max-areas", 2000, "areas in one answer of QueryChangedDiskAreas at most")
	role := f.String("role", strings.Join(roleOfConnector, ","), "privileges of the second user, with commas")
	f.BoolVar(&o.keepDigests, "keep-digests", false, "GET /frozen tells the digests of all snapshots' disks, of removed ones, too")
	f.BoolVar(&o.endWithStdin, "end-with-stdin", false, "end when standard input closes, so that no orphan stays")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.starHost = o.starHost || o.esxi
	o.pageObjects, o.role = int32(*page), strings.Split(*role, ",")
	for _, a := range []string{o.listen, o.controlListen} {
		if !strings.HasPrefix(a, "127.0.0.1:") && !strings.HasPrefix(a, "localhost:") {
			return o, fmt.Errorf("%s is not on this machine's loopback; use 127.0.0.1:PORT", a)
		}
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("%q is no flag", f.Arg(0))
	case o.vms < 0 || o.diskMB < 1 || o.pageObjects < 1 || o.maxAreas < 1 || o.writesPerSecond < 0 || o.leaseTimeout < time.Second:
		return o, fmt.Errorf("a number is out of its range")
	}
	return o, nil
}

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	if err == nil {
		err = serve(o)
	}
	if err != nil && err != flag.ErrHelp {
		fmt.Fprintln(os.Stderr, "vcenter:", err)
		os.Exit(1)
	}
}

func serve(o options) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if o.endWithStdin {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	log.SetOutput(io.Discard) // the module speaks of every fault that a test asked for
	v, err := start(ctx, o)
	if err != nil {
		return err
	}
	defer v.close()
	if err := json.NewEncoder(os.Stdout).Encode(v.ready); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
