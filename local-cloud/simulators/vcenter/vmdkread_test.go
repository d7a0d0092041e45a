package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"testing"
)

type readDisk struct {
	content []byte
	grains  int
}

// readVmdk reads a stream front to back by its markers, as a client must that cannot seek.
func readVmdk(t *testing.T, r io.Reader) readDisk {
	t.Helper()
	head := make([]byte, overheadSectors*sectorBytes)
	full := func(b []byte) {
		if _, err := io.ReadFull(r, b); err != nil {
			t.Fatal("the stream ends too early: ", err)
		}
	}
	full(head)
	if string(head[:4]) != "KDMV" {
		t.Fatal("no VMDK")
	}
	out := readDisk{content: make([]byte, binary.LittleEndian.Uint64(head[12:])*sectorBytes)}
	sector := make([]byte, sectorBytes)
	for {
		full(sector)
		value, size := binary.LittleEndian.Uint64(sector), binary.LittleEndian.Uint32(sector[8:])
		if size == 0 {
			if kind := binary.LittleEndian.Uint32(sector[12:]); kind == markerEnd {
				return out
			}
			full(make([]byte, value*sectorBytes))
			continue
		}
		packed := make([]byte, (12+int(size)+sectorBytes-1)/sectorBytes*sectorBytes)
		copy(packed, sector)
		full(packed[sectorBytes:])
		z, err := zlib.NewReader(bytes.NewReader(packed[12 : 12+size]))
		if err != nil {
			t.Fatal(err)
		}
		grain, err := io.ReadAll(z)
		if err != nil || len(grain) != blockBytes {
			t.Fatal("bad grain ", err)
		}
		copy(out.content[value*sectorBytes:], grain)
		out.grains++
	}
}
