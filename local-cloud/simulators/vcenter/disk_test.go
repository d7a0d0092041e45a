package main

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
)

func raw(t *testing.T, f *frozen) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Random writes, freezes and thaws against a model that keeps whole copies.
func TestDisk_randomSnapshots_keepTheirBytes(t *testing.T) {
	const size = 20*blockBytes + 4096 // the last block is short
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		d := newDisk("vm-1", 2000, size, t.TempDir(), "disk")
		model := make([]byte, size)
		type point struct {
			f    *frozen
			copy []byte
		}
		var points []point
		for range 80 {
			switch r.IntN(8) {
			case 0:
				points = append(points, point{d.freeze(func() string { return "e" }), bytes.Clone(model)})
			case 1:
				if len(points) > 0 {
					i := r.IntN(len(points))
					d.thaw(points[i].f)
					if err := d.merge(points[i].f); err != nil {
						t.Fatal(err)
					}
					if _, err := points[i].f.readBlock(0, make([]byte, blockBytes)); err == nil {
						t.Fatal("a removed snapshot can be read")
					}
					points = append(points[:i], points[i+1:]...)
				}
			default:
				data := make([]byte, 1+r.IntN(3*blockBytes))
				for i := range data {
					data[i] = byte(r.Uint32())
				}
				at := r.IntN(size - len(data))
				if err := d.write(data, int64(at), 0); err != nil {
					t.Fatal(err)
				}
				copy(model[at:], data)
			}
			for i, p := range points {
				if !bytes.Equal(raw(t, p.f), p.copy) {
					t.Fatalf("seed %d: snapshot %d of %d changed", seed, i, len(points))
				}
			}
		}
		live := d.freeze(func() string { return "e" })
		if sha256.Sum256(raw(t, live)) != sha256.Sum256(model) {
			t.Fatalf("seed %d: the live disk differs", seed)
		}
		if want := len(points) + 2; len(d.chain) != want {
			t.Fatalf("seed %d: %d layers, want %d", seed, len(d.chain), want)
		}
	}
}

func TestDisk_writeOutside_isRefused(t *testing.T) {
	d := newDisk("vm-1", 2000, blockBytes, t.TempDir(), "disk")
	if d.write(make([]byte, 2), blockBytes-1, 0) == nil || d.write([]byte{1}, -1, 0) == nil {
		t.Fatal("a write outside of the disk went in")
	}
}
