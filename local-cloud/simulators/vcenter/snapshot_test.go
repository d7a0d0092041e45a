package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

var recordLine = regexp.MustCompile(`^drover-write vm=(\S+) disk=(\d+) offset=(\d+) number=(\d+) `)

// lastNumbers reads the writer's records: the number at each place that has one, and the highest.
func lastNumbers(t *testing.T, disk []byte, vm string, key int32) (map[int]int64, int64) {
	t.Helper()
	out, high := map[int]int64{}, int64(0)
	for at := 0; at < len(disk); at += recordBytes {
		m := recordLine.FindSubmatch(disk[at:min(at+200, len(disk))])
		if m == nil {
			continue
		}
		if string(m[1]) != vm || string(m[2]) != fmt.Sprint(key) || string(m[3]) != fmt.Sprint(at) {
			t.Fatalf("record of another disk or place at %d: %s", at, m[0])
		}
		n, _ := strconv.ParseInt(string(m[4]), 10, 64)
		out[at], high = n, max(high, n)
	}
	return out, high
}

// The frozen bytes stay while the writer goes on, over two snapshots; all disks freeze at one write.
func TestSnapshot_writerGoesOn_bytesStay(t *testing.T) {
	w := begin(t, "-vms", "3", "-disk-mb", "4", "-fill-kb", "512", "-writes-per-second", "2000")
	vm := w.vm(w.c, "server-0003") // three disks
	ref := vm.Reference()
	one := w.snapshot(vm, "drover one")
	before := map[int32][]byte{}
	for _, key := range []int32{2000, 2001, 2002} {
		before[key] = w.frozenRaw(one, key)
	}
	number := w.state().VMs[2].Writes
	w.until("the writer writes on", func() bool { return w.state().VMs[2].Writes > number+200 })
	two := w.snapshot(vm, "drover two")

	view := w.state().VMs[2]
	for i, s := range view.Snapshots {
		if want := []string{"drover one", "drover two"}[i]; s.Name != want || !s.Quiesced || s.Description != "for a test" {
			t.Fatalf("%+v", s)
		}
	}
	highest := int64(0)
	for i, key := range []int32{2000, 2001, 2002} {
		if !bytes.Equal(before[key], w.frozenRaw(one, key)) {
			t.Fatalf("disk %d of the first snapshot changed", key)
		}
		_, high := lastNumbers(t, w.frozenRaw(two, key), ref.Value, key)
		if high != view.Snapshots[1].Disks[i].LastWrite {
			t.Fatalf("disk %d: last write %d, the control endpoint says %d", key, high, view.Snapshots[1].Disks[i].LastWrite)
		}
		highest = max(highest, high)
	}
	if before := view.Snapshots[0].Disks; highest <= before[0].LastWrite {
		t.Fatal("the second snapshot holds nothing new")
	}
	frozenTwo := w.frozenRaw(two, 2001)
	if err := w.remove(vm, one, false); err != nil { // its delta goes into the base
		t.Fatal(err)
	}
	if !bytes.Equal(frozenTwo, w.frozenRaw(two, 2001)) {
		t.Fatal("removing the first snapshot changed the second")
	}
	if err := w.remove(vm, two, false); err != nil {
		t.Fatal(err)
	}
	for _, d := range w.state().VMs[2].Disks {
		if d.Layers != 1 {
			t.Fatalf("%d layers are left", d.Layers)
		}
	}
	if w.props(ref, "snapshot").Snapshot != nil {
		t.Fatal("a snapshot is left")
	}
}

func TestSnapshot_chain_isSeenInTheBackings(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "2", "-fill-kb", "64", "-writes-per-second", "0")
	vm := w.vm(w.c, "server-0001")
	one, two := w.snapshot(vm, "one"), w.snapshot(vm, "two")
	files := func() (out []string) {
		devices, err := vm.Device(w.ctx)
		if err != nil {
			t.Fatal(err)
		}
		for b := devices.FindByKey(2000).(*types.VirtualDisk).Backing.(*types.VirtualDiskFlatVer2BackingInfo); b != nil; b = b.Parent {
			out = append(out, b.FileName)
		}
		return out
	}
	base := "[LocalDS_0] server-0001/server-0001"
	if got := fmt.Sprint(files()); got != fmt.Sprint([]string{base + "-000002.vmdk", base + "-000001.vmdk", base + ".vmdk"}) {
		t.Fatal(got)
	}
	if err := w.remove(vm, one, false); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(files()); got != fmt.Sprint([]string{base + "-000002.vmdk", base + ".vmdk"}) {
		t.Fatal(got)
	}
	if current := w.props(vm.Reference(), "snapshot").Snapshot.CurrentSnapshot; *current != two {
		t.Fatal("the current snapshot is ", current)
	}
	r, err := methods.RemoveSnapshot_Task(w.ctx, w.c, &types.RemoveSnapshot_Task{This: one})
	if f, ok := faultOf(err).(types.ManagedObjectNotFound); !ok || f.Obj != one {
		t.Fatal("removed twice: ", r, err)
	}
}

func TestSnapshot_removeChildren_takesAll(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "2", "-fill-kb", "64", "-writes-per-second", "500")
	vm := w.vm(w.c, "server-0001")
	one := w.snapshot(vm, "one")
	w.snapshot(vm, "two")
	w.snapshot(vm, "three")
	if err := w.remove(vm, one, true); err != nil {
		t.Fatal(err)
	}
	if s := w.state().VMs[0]; len(s.Snapshots) != 0 || s.Disks[0].Layers != 1 {
		t.Fatalf("%+v", s)
	}
}

func TestSnapshot_withoutConsolidation_isConsolidatedLater(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "2", "-fill-kb", "64", "-writes-per-second", "500")
	vm := w.vm(w.c, "server-0001")
	one := w.snapshot(vm, "one")
	keep := false
	task, err := vm.RemoveSnapshot(w.ctx, one.Value, false, &keep)
	if err != nil {
		t.Fatal(err)
	}
	if err := task.Wait(w.ctx); err != nil {
		t.Fatal(err)
	}
	if !w.props(vm.Reference(), "runtime").Runtime.ConsolidationNeeded || w.state().VMs[0].Disks[0].Layers != 2 {
		t.Fatal("no consolidation is needed")
	}
	r, err := methods.ConsolidateVMDisks_Task(w.ctx, w.c, &types.ConsolidateVMDisks_Task{This: vm.Reference()})
	if err != nil {
		t.Fatal(err)
	}
	if err := object.NewTask(w.c.Client, r.Returnval).Wait(w.ctx); err != nil {
		t.Fatal(err)
	}
	if w.props(vm.Reference(), "runtime").Runtime.ConsolidationNeeded || w.state().VMs[0].Disks[0].Layers != 1 {
		t.Fatal("consolidation did nothing")
	}
}

// Without running Tools the wish for a quiesced snapshot is ignored, as on a host.
func TestSnapshot_withoutTools_isNotQuiesced(t *testing.T) {
	w := begin(t, "-vms", "5", "-disk-mb", "1", "-fill-kb", "0", "-writes-per-second", "0")
	w.snapshot(w.vm(w.c, "server-0005"), "quiesce me")
	w.snapshot(w.vm(w.c, "server-0001"), "quiesce me")
	s := w.state()
	if s.VMs[4].Snapshots[0].Quiesced || !s.VMs[0].Snapshots[0].Quiesced {
		t.Fatal("quiesced is not what was achieved")
	}
}
