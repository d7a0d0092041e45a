package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/vmware/govmomi/vim25/types"
)

// blockBytes is the unit of copy-on-write, of change tracking (64 KiB, as hosts track small disks)
// and of a VMDK grain.
const blockBytes = 64 << 10

// errFrozenGone is what a reader gets whose snapshot was removed under its hands.
var errFrozenGone = errors.New("the snapshot that froze this disk is gone")

// layer is one file of a disk's chain: the base, or a delta that a snapshot began. It holds the
// blocks whose bit is set; the others are in the layers below. The file is made by the first write,
// so a disk that nobody writes costs no file.
type layer struct {
	path   string
	number int // of the delta, 0 for the base; it names the VMDK on the datastore
	file   *os.File
	has    []uint64 // a bit for each block
}

func newLayer(path string, number int, blocks int64) *layer {
	return &layer{path: path, number: number, has: make([]uint64, (blocks+63)/64)}
}

func (l *layer) holds(block int64) bool {
	return int(block/64) < len(l.has) && l.has[block/64]&(1<<(block%64)) != 0
}

func (l *layer) grow(blocks int64) {
	if n := int((blocks + 63) / 64); n > len(l.has) {
		l.has = append(l.has, make([]uint64, n-len(l.has))...)
	}
}

func (l *layer) put(block int64, data []byte) error {
	if l.file == nil {
		f, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		l.file = f
	}
	if _, err := l.file.WriteAt(data, block*blockBytes); err != nil {
		return err
	}
	l.has[block/64] |= 1 << (block % 64)
	return nil
}

func (l *layer) drop() {
	if l.file != nil {
		_ = l.file.Close()
		_ = os.Remove(l.path)
		l.file = nil
	}
}

// frozen is a disk at the moment of a snapshot: the layers up to and with top.
type frozen struct {
	disk     *disk
	top      *layer
	bytes    int64    // the capacity then
	changed  []uint32 // for each block the tick of its last change, as it was then
	tick     uint32   // the tick that the freeze ended
	changeID string   // "" while change tracking is off
	write    int64    // the number of the writer's last write that is in it
	gone     bool
	shown    *types.VirtualDisk // in the snapshot's config
}

// disk is one virtual disk: a chain of layers of which only the last is written.
//
// Memory is one bit a block and layer, and four bytes a block for the change map, so a disk of
// 1 TiB costs about 66 MiB and its content costs none.
type disk struct {
	vm    string // moref
	key   int32
	dir   string // where its layers lie
	name  string // of its layers' files, without number
	file  string // of its VMDK on the datastore, without number and ending
	mu    sync.RWMutex
	bytes int64
	chain []*layer
	made  int // layers made so far, for their names

	independent bool // snapshots leave it alone

	tracking bool
	epoch    string // uuid of the change tracking, "" before the first snapshot with tracking on
	tick     uint32 // number of the freeze that comes next; 0 in the map means never written
	changed  []uint32
	last     int64 // the number of the writer's last write
}

func newDisk(vm string, key int32, bytes int64, dir, name string) *disk {
	d := &disk{vm: vm, key: key, dir: dir, name: name, bytes: bytes, tick: 1}
	d.changed = make([]uint32, d.blocks())
	d.push()
	return d
}

func (d *disk) blocks() int64 { return (d.bytes + blockBytes - 1) / blockBytes }

func (d *disk) push() {
	path := filepath.Join(d.dir, fmt.Sprintf("%s-%06d.raw", d.name, d.made))
	d.chain = append(d.chain, newLayer(path, d.made, d.blocks()))
	d.made++
}

// vmdk is the name of a delta's file, or of the base for 0.
func (d *disk) vmdk(number int) string {
	if number == 0 {
		return d.file + ".vmdk"
	}
	return fmt.Sprintf("%s-%06d.vmdk", d.file, number)
}

// track turns change tracking on or off; off forgets its epoch, so older changeIds are void.
func (d *disk) track(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tracking = on
	if !on {
		d.epoch = ""
	}
}

// changeID is the one that the live disk shows: that of the last freeze.
func (d *disk) changeID() string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.epoch == "" || d.tick == 1 {
		return ""
	}
	return fmt.Sprintf("%s/%d", d.epoch, d.tick-1)
}

// find is the layer, from index top downwards, that holds the block; nil where none does.
func (d *disk) find(top int, block int64) *layer {
	for i := top; i >= 0; i-- {
		if d.chain[i].holds(block) {
			return d.chain[i]
		}
	}
	return nil
}

// block reads one whole block below top into buf and tells whether any layer holds it.
func (d *disk) block(top int, block int64, buf []byte) (bool, error) {
	l := d.find(top, block)
	if l == nil {
		clear(buf)
		return false, nil
	}
	n, err := l.file.ReadAt(buf, block*blockBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	clear(buf[n:])
	return true, nil
}

// write is a write by the guest; number is the writer's count of it, 0 where there is none.
func (d *disk) write(data []byte, offset, number int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if offset < 0 || offset+int64(len(data)) > d.bytes {
		return fmt.Errorf("write of %d bytes at %d is outside of the disk of %d bytes", len(data), offset, d.bytes)
	}
	buf := make([]byte, blockBytes)
	for len(data) > 0 {
		block, in := offset/blockBytes, int(offset%blockBytes)
		n := min(len(data), blockBytes-in)
		if n < blockBytes {
			if _, err := d.block(len(d.chain)-1, block, buf); err != nil {
				return err
			}
		}
		copy(buf[in:], data[:n])
		if err := d.chain[len(d.chain)-1].put(block, buf); err != nil {
			return err
		}
		d.changed[block] = d.tick
		data, offset = data[n:], offset+int64(n)
	}
	d.last = max(d.last, number)
	return nil
}

// freeze ends the layer that is being written and begins the next.
func (d *disk) freeze(newEpoch func() string) *frozen {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := &frozen{disk: d, top: d.chain[len(d.chain)-1], bytes: d.bytes, tick: d.tick,
		changed: slices.Clone(d.changed), write: d.last}
	if d.tracking {
		if d.epoch == "" {
			d.epoch = newEpoch()
		}
		f.changeID = fmt.Sprintf("%s/%d", d.epoch, d.tick)
	}
	d.tick++
	d.push()
	return f
}

// thaw gives up a frozen state; from here on nobody reads it. Its layer stays until merge.
func (d *disk) thaw(f *frozen) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f.gone = true
}

// merge folds the layer above a thawed state into its own, as a host consolidates a delta into its
// parent, so what other snapshots see stays the same.
func (d *disk) merge(f *frozen) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.Index(d.chain, f.top)
	lower, upper := d.chain[i], d.chain[i+1]
	if lower.file == nil { // nothing to merge with: the delta takes its place
		upper.number = lower.number
		d.chain = slices.Delete(d.chain, i, i+1)
		return nil
	}
	lower.grow(int64(len(upper.has)) * 64)
	buf := make([]byte, blockBytes)
	for b := int64(0); b < int64(len(upper.has))*64; b++ {
		if !upper.holds(b) {
			continue
		}
		if _, err := d.block(i+1, b, buf); err != nil {
			return err
		}
		if err := lower.put(b, buf); err != nil {
			return err
		}
	}
	upper.drop()
	// The frozen states that ended with the upper layer end with the merged one now.
	*upper = *lower
	d.chain = slices.Delete(d.chain, i, i+1)
	return nil
}

// resize grows the disk; hosts do not shrink one. Its change tracking starts anew, as on a host.
func (d *disk) resize(bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if bytes <= d.bytes {
		return
	}
	d.bytes = bytes
	d.chain[len(d.chain)-1].grow(d.blocks())
	d.changed = append(d.changed, make([]uint32, d.blocks()-int64(len(d.changed)))...)
	d.epoch = ""
}

func (d *disk) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range d.chain {
		l.drop()
	}
}

// readBlock reads one block of the frozen disk into buf (blockBytes long, zeros behind the end) and
// tells whether it is allocated.
func (f *frozen) readBlock(block int64, buf []byte) (bool, error) {
	f.disk.mu.RLock()
	defer f.disk.mu.RUnlock()
	if f.gone {
		return false, errFrozenGone
	}
	return f.disk.block(slices.Index(f.disk.chain, f.top), block, buf)
}

// WriteTo writes the frozen disk raw.
func (f *frozen) WriteTo(w io.Writer) (int64, error) {
	buf := make([]byte, blockBytes)
	for at := int64(0); at < f.bytes; at += blockBytes {
		if _, err := f.readBlock(at/blockBytes, buf); err != nil {
			return at, err
		}
		if n, err := w.Write(buf[:min(blockBytes, f.bytes-at)]); err != nil {
			return at + int64(n), err
		}
	}
	return f.bytes, nil
}

// allocated tells whether any layer of the frozen disk holds the block.
func (f *frozen) allocated(block int64) bool {
	f.disk.mu.RLock()
	defer f.disk.mu.RUnlock()
	return !f.gone && f.disk.find(slices.Index(f.disk.chain, f.top), block) != nil
}

func (f *frozen) isGone() bool {
	f.disk.mu.RLock()
	defer f.disk.mu.RUnlock()
	return f.gone
}
