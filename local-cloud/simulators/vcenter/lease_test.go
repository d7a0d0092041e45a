package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/nfc"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

func (w *world) export(c *govmomi.Client, snapshot types.ManagedObjectReference) (*nfc.Lease, error) {
	r, err := methods.ExportSnapshot(w.ctx, c.Client, &types.ExportSnapshot{This: snapshot})
	if err != nil {
		return nil, err
	}
	return nfc.NewLease(c.Client, r.Returnval), nil
}

// leased is a snapshot's lease that is ready.
func (w *world) leased(snapshot types.ManagedObjectReference) (*nfc.Lease, *nfc.LeaseInfo) {
	w.Helper()
	l, err := w.export(w.c, snapshot)
	if err != nil {
		w.Fatal(err)
	}
	info, err := l.Wait(w.ctx, nil)
	if err != nil {
		w.Fatal(err)
	}
	return l, info
}

// download reads one URL as far as it goes.
func (w *world) download(u *url.URL) ([]byte, *http.Response, error) {
	w.Helper()
	r, err := http.NewRequest(http.MethodGet, u.String(), nil)
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Range", "bytes=512-1023") // must not matter
	var body []byte
	var answer *http.Response
	err = w.c.Do(w.ctx, r, func(res *http.Response) error {
		answer = res
		var err error
		body, err = io.ReadAll(res.Body)
		return err
	})
	return body, answer, err
}

// govmomi's own client and qemu-img read every disk of a running VM as it was frozen.
func TestExport_runningVM_isTheFrozenDisk(t *testing.T) {
	w := begin(t, "-vms", "3", "-disk-mb", "40", "-fill-kb", "1024", "-writes-per-second", "1000")
	vm := w.vm(w.c, "server-0003") // EFI, three disks
	snap := w.snapshot(vm, "drover run-1")
	l, info := w.leased(snap)
	if info.LeaseTimeout != 300 || info.Entity != vm.Reference() || info.TotalDiskCapacityInKB != 3*40<<10 {
		t.Fatalf("%+v", info.HttpNfcLeaseInfo)
	}
	if err := l.Progress(w.ctx, 10); err != nil {
		t.Fatal(err)
	}
	disks := 0
	for i, u := range info.DeviceUrl {
		if !*u.Disk {
			if !strings.HasSuffix(u.TargetId, ".nvram") || u.FileSize == 0 {
				t.Fatalf("%+v", u)
			}
			continue
		}
		if u.FileSize != 0 || !strings.HasPrefix(u.Key, "/"+vm.Reference().Value+"/ParaVirtualSCSIController0:") {
			t.Fatalf("%+v", u)
		}
		key := int32(2000 + disks)
		disks++
		stream, answer, err := w.download(info.Items[i].URL)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusOK || answer.ContentLength != -1 || answer.Header.Get("Accept-Ranges") != "" {
			t.Fatalf("%s, length %d: the whole stream without a length is wanted", answer.Status, answer.ContentLength)
		}
		want := w.frozenRaw(snap, key)
		if got := readVmdk(t, bytes.NewReader(stream)); !bytes.Equal(got.content, want) {
			t.Fatalf("disk %d differs from what was frozen", key)
		}
		byQemu(t, stream, want)
	}
	if disks != 3 {
		t.Fatalf("%d disks", disks)
	}
	if err := l.Complete(w.ctx); err != nil {
		t.Fatal(err)
	}
	if _, answer, _ := w.download(info.Items[0].URL); answer.StatusCode != http.StatusNotFound {
		t.Fatal("after Complete: ", answer.Status)
	}
	if err := w.remove(vm, snap, false); err != nil {
		t.Fatal(err)
	}
}

func byQemu(t *testing.T, stream, want []byte) {
	t.Helper()
	if _, err := exec.LookPath("qemu-img"); err != nil {
		return
	}
	dir := t.TempDir()
	vmdk, raw := filepath.Join(dir, "d.vmdk"), filepath.Join(dir, "d.raw")
	if err := os.WriteFile(vmdk, stream, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("qemu-img", "convert", "-f", "vmdk", "-O", "raw", vmdk, raw).CombinedOutput(); err != nil {
		t.Fatalf("qemu-img: %s", out)
	}
	if got, err := os.ReadFile(raw); err != nil || !bytes.Equal(got, want) {
		t.Fatal("qemu-img reads other bytes ", err)
	}
}

// A held lease blocks what would change the VM; the end of the lease frees it.
func TestLease_held_blocksTheVM(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "2", "-fill-kb", "64")
	vm := w.vm(w.c, "server-0001")
	snap := w.snapshot(vm, "one")
	l, _ := w.leased(snap)
	blocked := func(what string, err error) {
		t.Helper()
		if _, ok := faultOf(err).(types.TaskInProgress); !ok {
			t.Fatalf("%s: %v", what, err)
		}
	}
	_, err := vm.PowerOff(w.ctx)
	blocked("power off", err)
	_, err = vm.Destroy(w.ctx)
	blocked("destroy", err)
	_, err = w.export(w.c, snap)
	blocked("second lease", err)
	host := w.v.otherHost(w.v.vm(vm.Reference()), "")
	move := func() error {
		task, err := vm.Relocate(w.ctx, types.VirtualMachineRelocateSpec{Host: host}, types.VirtualMachineMovePriorityDefaultPriority)
		if err != nil {
			return err
		}
		return task.Wait(w.ctx)
	}
	blocked("migrate", move())
	if err := l.Abort(w.ctx, nil); err != nil {
		t.Fatal(err)
	}
	if err := move(); err != nil {
		t.Fatal(err)
	}
	if got := w.props(vm.Reference(), "runtime").Runtime.Host; *got != *host {
		t.Fatal("the VM did not move")
	}
}

func TestLease_withoutProgress_timesOut(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "2", "-fill-kb", "64", "-lease-timeout", "1s")
	vm := w.vm(w.c, "server-0001")
	l, info := w.leased(w.snapshot(vm, "one"))
	w.until("the lease ends", func() bool { return len(w.state().Leases) == 0 })
	if _, ok := faultOf(l.Progress(w.ctx, 50)).(types.Timedout); !ok {
		t.Fatal("progress on a lease that timed out")
	}
	if o, err := l.Properties(w.ctx); err != nil || o.State != types.HttpNfcLeaseStateError {
		t.Fatal(o.State, err)
	}
	if _, answer, _ := w.download(info.Items[0].URL); answer.StatusCode != http.StatusNotFound {
		t.Fatal(answer.Status)
	}
	if task, err := vm.PowerOff(w.ctx); err != nil || task.Wait(w.ctx) != nil {
		t.Fatal("the VM is still blocked: ", err)
	}
}

func TestLease_starHost_isForTheClientToFill(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "2", "-fill-kb", "64", "-star-host")
	_, info := w.leased(w.snapshot(w.vm(w.c, "server-0001"), "one"))
	if u := info.DeviceUrl[0].Url; !strings.HasPrefix(u, "https://*/nfc/") {
		t.Fatal(u)
	}
	if _, answer, err := w.download(info.Items[0].URL); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal("govmomi's client fills in the host: ", err)
	}
}

// Only the session that holds the lease reads; neither nobody nor another session does.
func TestLease_withoutItsSession_isRefused(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "2", "-fill-kb", "64")
	_, info := w.leased(w.snapshot(w.vm(w.c, "server-0001"), "one"))
	other := w.login(w.v.ready.User, w.v.ready.Password)
	_, _, err := other.Download(w.ctx, info.Items[0].URL, &soap.DefaultDownload)
	if err == nil || !strings.Contains(err.Error(), "401") {
		t.Fatal("another session: ", err)
	}
	stranger := &http.Client{Transport: w.c.DefaultTransport()}
	r, err := stranger.Get(info.Items[0].URL.String())
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusUnauthorized {
		t.Fatal("nobody: ", r.Status)
	}
}

func TestExport_poweredOnVM_needsASnapshot(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "1", "-fill-kb", "0")
	_, err := w.vm(w.c, "server-0001").Export(w.ctx)
	if _, ok := faultOf(err).(types.InvalidPowerState); !ok {
		t.Fatal(err)
	}
}

// The client sees a cut answer as an error, not as a short disk.
func TestFault_dropMidStream_cutsTheAnswer(t *testing.T) {
	w := begin(t, "-vms", "2", "-disk-mb", "8", "-fill-kb", "4096")
	vm := w.vm(w.c, "server-0002")
	l, info := w.leased(w.snapshot(vm, "one"))
	w.order(`{"on":"stream","vm":"server-0001","do":"drop"}`) // another VM's
	w.order(`{"on":"stream","vm":"server-000?","skip":1,"bytes":300000,"do":"drop"}`)
	if _, _, err := w.download(info.Items[0].URL); err != nil {
		t.Fatal("the first download is skipped: ", err)
	}
	b, _, err := w.download(info.Items[1].URL)
	if err == nil || len(b) == 0 || len(b) > 300000 {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
	if _, _, err := w.download(info.Items[1].URL); err != nil {
		t.Fatal("the lease still holds: ", err)
	}
	w.order(`{"on":"stream","bytes":300000,"do":"lose-lease"}`)
	if _, _, err := w.download(info.Items[0].URL); err == nil {
		t.Fatal("the lease was lost, yet the answer is whole")
	}
	if l.Complete(w.ctx) == nil {
		t.Fatal("a lost lease was completed")
	}
}

// Somebody removes the snapshot under the download.
func TestFault_snapshotRemovedMidStream_cutsTheAnswer(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "8", "-fill-kb", "4096")
	vm := w.vm(w.c, "server-0001")
	_, info := w.leased(w.snapshot(vm, "one"))
	w.order(`{"on":"stream","bytes":200000,"do":"remove-snapshots"}`)
	if _, _, err := w.download(info.Items[0].URL); err == nil {
		t.Fatal("the answer is whole")
	}
	s := w.state()
	if len(s.Leases) != 0 || len(s.VMs[0].Snapshots) != 0 {
		t.Fatalf("%+v", s)
	}
}

func TestLease_endOfSession_endsIt(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "2", "-fill-kb", "64")
	c := w.login(w.v.ready.User, w.v.ready.Password)
	vm := w.vm(c, "server-0001")
	if _, err := w.export(c, w.snapshot(vm, "one")); err != nil {
		t.Fatal(err)
	}
	if err := c.Logout(w.ctx); err != nil {
		t.Fatal(err)
	}
	if n := len(w.state().Leases); n != 0 {
		t.Fatal("leases are left: ", n)
	}
}

// As `govc vm.snapshot.export` does it, step by step.
func TestExport_asGovcDoes(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "4", "-fill-kb", "512")
	vm := w.vm(w.c, "server-0001")
	snap := w.snapshot(vm, "nightly")
	found, err := vm.FindSnapshot(w.ctx, "nightly")
	if err != nil || *found != snap {
		t.Fatal(found, err)
	}
	l, info := w.leased(snap)
	updater := l.StartUpdater(w.ctx, info)
	for _, item := range info.Items {
		file := filepath.Join(t.TempDir(), item.Path)
		if err := l.DownloadFile(w.ctx, file, item, soap.Download{}); err != nil {
			t.Fatal(err)
		}
		stream, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := readVmdk(t, bytes.NewReader(stream)); !bytes.Equal(got.content, w.frozenRaw(snap, 2000)) {
			t.Fatal("the file differs from what was frozen")
		}
	}
	updater.Done()
	if err := l.Complete(w.ctx); err != nil {
		t.Fatal(err)
	}
	if info, err := object.NewCommon(w.c.Client, vm.Reference()).ObjectName(w.ctx); err != nil || info != "server-0001" {
		t.Fatal(info, err)
	}
	ctx, cancel := context.WithTimeout(w.ctx, time.Minute)
	defer cancel()
	if task, err := vm.RemoveAllSnapshot(ctx, types.NewBool(true)); err != nil || task.Wait(ctx) != nil {
		t.Fatal(err)
	}
	if n := len(w.state().VMs[0].Snapshots); n != 0 {
		t.Fatal(n)
	}
}
