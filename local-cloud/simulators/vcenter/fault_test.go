package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// A slow task does not hide the VM: its properties are answered while it runs.
func TestFault_slowTask_leavesTheVMReadable(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "1", "-fill-kb", "64")
	vm := w.vm(w.c, "server-0001")
	w.order(`{"on":"CreateSnapshot_Task","do":"slow","millis":700}`)
	began := time.Now()
	task, err := vm.CreateSnapshot(w.ctx, "x", "", false, false)
	if err != nil {
		t.Fatal(err)
	}
	if w.props(vm.Reference(), "snapshot").Snapshot != nil {
		t.Fatal("the snapshot is there at once")
	}
	second, err := vm.CreateSnapshot(w.ctx, "y", "", false, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := faultOf(second.Wait(w.ctx)).(types.TaskInProgress); !ok {
		t.Fatal("two tasks on one VM")
	}
	if err := task.Wait(w.ctx); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 700*time.Millisecond {
		t.Fatal("the task took ", took)
	}
}

func TestFault_failingTask_namesItsFault(t *testing.T) {
	w := begin(t, "-vms", "2", "-disk-mb", "1", "-fill-kb", "64")
	w.order(`{"on":"RemoveSnapshot_Task","vm":"*-0002","do":"fail","fault":"FileLocked","count":2}`)
	w.order(`{"on":"CreateSnapshot_Task","do":"refuse","fault":"InvalidState","skip":2}`)
	one, two := w.vm(w.c, "server-0001"), w.vm(w.c, "server-0002")
	a, b := w.snapshot(one, "a"), w.snapshot(two, "b")
	if err := w.remove(one, a, false); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, ok := faultOf(w.remove(two, b, false)).(types.FileLocked); !ok {
			t.Fatal("it did not fail")
		}
	}
	if err := w.remove(two, b, false); err != nil {
		t.Fatal("the third time: ", err)
	}
	_, err := one.CreateSnapshot(w.ctx, "c", "", false, false)
	if _, ok := faultOf(err).(types.InvalidState); !ok {
		t.Fatal(err)
	}
	if f := w.v.faults.all(); f[0].Hits != 2 || f[1].Hits != 1 {
		t.Fatalf("%+v", f)
	}
}

func TestFault_sameSeed_strikesTheSameCalls(t *testing.T) {
	pattern := func(seed uint64) (out []bool) {
		var f faults
		if _, err := f.add(fault{On: "x", Do: "drop", Count: -1, Probability: 0.3, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		for range 50 {
			out = append(out, len(f.hit("x", "", func(*fault) bool { return true })) == 1)
		}
		return out
	}
	same := func(a, b []bool) bool {
		for i := range a {
			if a[i] != b[i] {
				return false
			}
		}
		return true
	}
	if !same(pattern(7), pattern(7)) || same(pattern(7), pattern(8)) {
		t.Fatal("the seed does not decide")
	}
}

func TestFault_unknown_isRefused(t *testing.T) {
	w := begin(t, "-vms", "0")
	for _, text := range []string{`{"on":"x","do":"explode"}`, `{"do":"drop"}`, `{"on":"x","do":"fail","fault":"NoSuch"}`, `{"on":"x","do":"drop","typo":1}`, `{`} {
		r, err := http.Post(w.v.ready.Control+"/faults", "application/json", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusBadRequest {
			t.Error(text, r.Status)
		}
	}
}

// What happens to a VM between two calls: it moves, its disk grows, its datastore fills up, it needs
// consolidation, its snapshot is removed.
func TestFault_changesOfTheVM_areSeenByTheClient(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "4", "-fill-kb", "256")
	vm := w.vm(w.c, "server-0001")
	ref := vm.Reference()
	host := *w.props(ref, "runtime").Runtime.Host
	w.order(`{"on":"CreateSnapshot_Task","do":"vmotion"}`)
	snap := w.snapshot(vm, "one")
	moved := *w.props(ref, "runtime").Runtime.Host
	if moved == host {
		t.Fatal("the VM did not move")
	}
	var h mo.HostSystem
	if err := w.c.RetrieveOne(w.ctx, moved, []string{"vm"}, &h); err != nil || len(h.Vm) != 1 || h.Vm[0] != ref {
		t.Fatal("its new host does not know it: ", h.Vm, err)
	}
	before := w.frozenRaw(snap, 2000)

	w.order(`{"on":"now","vm":"server-0001","do":"resize","size":6291456}`)
	devices, err := vm.Device(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if d := devices.FindByKey(2000).(*types.VirtualDisk); d.CapacityInBytes != 6<<20 || d.CapacityInKB != 6<<10 {
		t.Fatal(d.CapacityInBytes)
	}
	if after := w.frozenRaw(snap, 2000); len(after) != len(before) {
		t.Fatal("the frozen disk grew")
	}
	two := w.snapshot(vm, "two")
	if after := w.frozenRaw(two, 2000); len(after) != 6<<20 {
		t.Fatal(len(after))
	}
	w.order(`{"on":"now","vm":"server-0001","do":"resize","size":1048576}`) // a disk does not shrink
	if after := w.frozenRaw(w.snapshot(vm, "three"), 2000); len(after) != 6<<20 {
		t.Fatal(len(after))
	}

	w.order(`{"on":"now","vm":"LocalDS_0","do":"low-space","size":1048576}`)
	var ds mo.Datastore
	if err := w.c.RetrieveOne(w.ctx, w.props(ref, "datastore").Datastore[0], []string{"summary", "info"}, &ds); err != nil {
		t.Fatal(err)
	}
	if ds.Summary.FreeSpace != 1<<20 || ds.Info.GetDatastoreInfo().FreeSpace != 1<<20 {
		t.Fatalf("%+v", ds.Summary)
	}

	w.order(`{"on":"now","do":"consolidation"}`)
	if !w.props(ref, "runtime").Runtime.ConsolidationNeeded {
		t.Fatal("no consolidation is needed")
	}
	w.order(`{"on":"now","do":"remove-snapshots"}`)
	if w.props(ref, "snapshot").Snapshot != nil {
		t.Fatal("a snapshot is left")
	}
	if l := w.state().VMs[0].Disks[0].Layers; l != 1 {
		t.Fatal(l)
	}
}
