package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// qemu-img is an independent reader; where it is missing the stream is read by readVmdk only.
func TestStreamVmdk_readByQemu_isTheFrozenDisk(t *testing.T) {
	dir := t.TempDir()
	const size = 70<<20 + 1<<20 // three grain tables, the last is short
	d := newDisk("vm-1", 2000, size, dir, "disk")
	for _, at := range []int64{0, 5 << 20, 31<<20 + 4096, 64<<20 - 100, size - blockBytes} {
		if err := d.write(bytes.Repeat([]byte("drover!"), 5000), at, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.write(make([]byte, blockBytes), 9<<20, 0); err != nil { // allocated zeros are a grain
		t.Fatal(err)
	}
	f := d.freeze(nil)
	var stream bytes.Buffer
	if err := streamVmdk(&stream, f, f.bytes, "60 00 C2"); err != nil {
		t.Fatal(err)
	}
	want := raw(t, f)
	if got := readVmdk(t, bytes.NewReader(stream.Bytes())); !bytes.Equal(got.content, want) {
		t.Fatal("our own reader sees other bytes")
	} else if got.grains != 7 {
		t.Fatalf("%d grains, want the 7 that are allocated", got.grains)
	}
	if _, err := exec.LookPath("qemu-img"); err != nil {
		t.Skip("qemu-img is not installed (Debian package qemu-utils)")
	}
	vmdk, back := filepath.Join(dir, "s.vmdk"), filepath.Join(dir, "back.raw")
	if err := os.WriteFile(vmdk, stream.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"check", vmdk}, {"convert", "-f", "vmdk", "-O", "raw", vmdk, back}} {
		if out, err := exec.Command("qemu-img", args...).CombinedOutput(); err != nil {
			t.Fatalf("qemu-img %v: %s", args, out)
		}
	}
	got, err := os.ReadFile(back)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatal("qemu-img reads other bytes", err)
	}
}
