package main

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// areas asks page by page, as a client must.
func (w *world) areas(vm *object.VirtualMachine, snap types.ManagedObjectReference, id string, size int64) (out []types.DiskChangeExtent, pages int, err error) {
	for at := int64(0); at < size; pages++ {
		r, err := methods.QueryChangedDiskAreas(w.ctx, w.c, &types.QueryChangedDiskAreas{This: vm.Reference(), Snapshot: &snap, DeviceKey: 2000, ChangeId: id, StartOffset: at})
		if err != nil {
			return nil, pages, err
		}
		out = append(out, r.Returnval.ChangedArea...)
		at = r.Returnval.StartOffset + r.Returnval.Length
	}
	return out, pages, nil
}

func (w *world) changeID(snap types.ManagedObjectReference) string {
	w.Helper()
	for _, v := range w.state().VMs {
		for _, s := range v.Snapshots {
			if s.Snapshot == snap.Value {
				return s.Disks[0].ChangeID
			}
		}
	}
	w.Fatal("no such snapshot")
	return ""
}

func (w *world) put(vm string, offset string, data []byte) {
	w.Helper()
	r, err := http.NewRequest(http.MethodPut, w.v.ready.Control+"/vms/"+vm+"/disks/2000?offset="+offset, bytes.NewReader(data))
	if err != nil {
		w.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		w.Fatal(res.Status)
	}
}

// The areas of all pages, laid over the older disk, make the newer one.
func TestChangedAreas_laidOverTheOldDisk_makeTheNew(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "16", "-fill-kb", "2048", "-writes-per-second", "2000", "-max-areas", "3")
	vm := w.vm(w.c, "server-0001")
	on := true
	task, err := vm.Reconfigure(w.ctx, types.VirtualMachineConfigSpec{ChangeTrackingEnabled: &on})
	if err != nil || task.Wait(w.ctx) != nil {
		t.Fatal(err)
	}
	one := w.snapshot(vm, "one")
	first, oneDisk := w.changeID(one), w.frozenRaw(one, 2000)
	whole, _, err := w.areas(vm, one, "*", int64(len(oneDisk)))
	if err != nil {
		t.Fatal(err)
	}
	base := make([]byte, len(oneDisk))
	for _, a := range whole {
		if a.Start%(1<<20) != 0 || a.Length%(1<<20) != 0 {
			t.Fatal("allocated areas are in MiB: ", a)
		}
		copy(base[a.Start:], oneDisk[a.Start:a.Start+a.Length])
	}
	if !bytes.Equal(base, oneDisk) {
		t.Fatal("what lies outside of the allocated areas is not zero")
	}
	if err := w.remove(vm, one, false); err != nil { // the id outlives its snapshot
		t.Fatal(err)
	}
	before := w.state().VMs[0].Writes
	w.until("writes", func() bool { return w.state().VMs[0].Writes > before+50 })
	w.put("server-0001", "15000000", []byte("from outside"))
	two := w.snapshot(vm, "two")
	twoDisk := w.frozenRaw(two, 2000)
	areas, pages, err := w.areas(vm, two, first, int64(len(twoDisk)))
	if err != nil || pages < 2 {
		t.Fatal(pages, err)
	}
	covered := int64(0)
	for _, a := range areas {
		copy(oneDisk[a.Start:], twoDisk[a.Start:a.Start+a.Length])
		covered += a.Length
	}
	if !bytes.Equal(oneDisk, twoDisk) {
		t.Fatal("the areas do not tell all that changed")
	}
	if covered == int64(len(twoDisk)) {
		t.Fatal("everything is said to have changed")
	}
}

func TestChangedAreas_foreignIdOrOffset_isAFault(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "2", "-fill-kb", "64", "-writes-per-second", "0")
	vm := w.vm(w.c, "server-0001")
	untracked := w.snapshot(vm, "without tracking")
	if _, _, err := w.areas(vm, untracked, "*", 1); err == nil {
		t.Fatal("no tracking, no areas")
	}
	if err := w.remove(vm, untracked, false); err != nil {
		t.Fatal(err)
	}
	on := true
	if task, err := vm.Reconfigure(w.ctx, types.VirtualMachineConfigSpec{ChangeTrackingEnabled: &on}); err != nil || task.Wait(w.ctx) != nil {
		t.Fatal(err)
	}
	one := w.snapshot(vm, "one")
	id := w.changeID(one)
	for _, wrong := range []string{"52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/1", id + "9", ""} {
		_, _, err := w.areas(vm, one, wrong, 1)
		if f, ok := faultOf(err).(types.FileFault); !ok || f.File != "[LocalDS_0] server-0001/server-0001.vmdk" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	_, err := methods.QueryChangedDiskAreas(w.ctx, w.c, &types.QueryChangedDiskAreas{This: vm.Reference(), Snapshot: &one, DeviceKey: 2000, ChangeId: "*", StartOffset: 2 << 20})
	if f, ok := faultOf(err).(types.InvalidArgument); !ok || f.InvalidProperty != "startOffset" {
		t.Error("at the capacity: ", err)
	}
	w.order(`{"on":"now","do":"resize"}`) // a grown disk begins a new epoch
	two := w.snapshot(vm, "two")
	if _, ok := faultOf(func() error { _, _, err := w.areas(vm, two, id, 1); return err }()).(types.FileFault); !ok {
		t.Error("the old epoch is still known")
	}
}
