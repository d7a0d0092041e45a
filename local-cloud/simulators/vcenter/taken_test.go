package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"
)

// What a removed snapshot had frozen is still told, of a writer that has written over it since.
func TestFrozen_snapshotRemoved_digestStays(t *testing.T) {
	w := begin(t, "-vms", "2", "-disk-mb", "4", "-fill-kb", "512", "-writes-per-second", "2000", "-keep-digests")
	vm := w.vm(w.c, "server-0002") // two disks
	one := w.snapshot(vm, "drover site run-1")
	want := map[int32]string{}
	for _, key := range []int32{2000, 2001} {
		sum := sha256.Sum256(w.frozenRaw(one, key))
		want[key] = hex.EncodeToString(sum[:])
	}
	number := w.state().VMs[1].Writes
	w.until("the writer writes on", func() bool { return w.state().VMs[1].Writes > number+200 })
	if err := w.remove(vm, one, false); err != nil {
		t.Fatal(err)
	}
	two := w.snapshot(vm, "drover site run-2")

	var all []frozenView
	if err := json.Unmarshal(w.get("/frozen"), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || all[0].Snapshot != one.Value || all[0].Name != "drover site run-1" || all[1].Snapshot != two.Value || all[1].VM != vm.Reference().Value {
		t.Fatalf("%+v", all)
	}
	for i, d := range all[0].Disks {
		if d.SHA256 != want[d.Key] || d.Bytes != 4<<20 || len(d.UUID) != 36 || d.LastWrite == 0 {
			t.Fatalf("%+v", d)
		}
		if all[1].Disks[i].SHA256 == d.SHA256 {
			t.Fatal("the second snapshot froze what the first one had")
		}
	}
}

func TestFrozen_notAskedFor_isEmpty(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "4")
	w.snapshot(w.vm(w.c, "server-0001"), "one")
	if got := string(w.get("/frozen")); got != "[]\n" {
		t.Fatal(got)
	}
}
