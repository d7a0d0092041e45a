package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

// recordBytes is the size and the alignment of each write.
const recordBytes = 4096

// record is what the writer of a VM puts down: a line that tells which write it was, of which VM, to
// which disk and place and when; half noise, half zeros follow. Numbers count over all disks of the VM, so a
// snapshot is right when it holds, at each place, the last write up to its own number and no later.
func record(dice *rand.Rand, vm string, key int32, offset, number int64, now time.Time) []byte {
	b := make([]byte, recordBytes)
	n := copy(b, fmt.Sprintf("drover-write vm=%s disk=%d offset=%d number=%d at=%s\n", vm, key, offset, number, now.UTC().Format(time.RFC3339Nano)))
	for i := n; i < recordBytes/2; i++ {
		b[i] = byte(dice.Uint32())
	}
	return b
}

// fill writes the first content: records with gaps, from the start of each disk.
func (v *vcenter) fill(g *guest, i int) error {
	dice := rand.New(rand.NewPCG(v.opt.seed, uint64(i)<<32|1))
	for _, key := range g.keys() {
		for at := int64(0); at+recordBytes <= v.opt.fillKB<<10 && at+recordBytes <= g.disks[key].bytes; at += recordBytes {
			if dice.IntN(16) == 0 {
				continue
			}
			if err := g.write(dice, key, at); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *guest) keys() []int32 {
	g.mu.Lock()
	defer g.mu.Unlock()
	var keys []int32
	for k := range g.disks {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (g *guest) write(dice *rand.Rand, key int32, offset int64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	d := g.disks[key]
	if d == nil {
		return nil // it was removed meanwhile
	}
	g.number++
	return d.write(record(dice, g.ref.Value, key, offset, g.number, time.Now()), offset, g.number)
}

// run is the guest's own work: writes at places that the seed chooses, while the VM is powered on.
func (v *vcenter) run(ctx context.Context, g *guest, i int) {
	dice := rand.New(rand.NewPCG(v.opt.seed, uint64(i)<<32|2))
	tick := time.NewTicker(time.Duration(float64(time.Second) / v.opt.writesPerSecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !v.running(g.ref) {
			continue
		}
		keys := g.keys()
		if len(keys) == 0 {
			continue
		}
		key := keys[dice.IntN(len(keys))]
		// Near what is there mostly, sometimes anywhere, as a file system does.
		span := v.opt.fillKB << 10 * 2
		if dice.IntN(8) == 0 || span < recordBytes {
			span = v.opt.diskMB << 20
		}
		span = min(span, v.opt.diskMB<<20)
		if err := g.write(dice, key, dice.Int64N(span/recordBytes)*recordBytes); err != nil {
			v.log.Printf("writer of %s: %v", v.name(g.ref), err)
			return
		}
	}
}

func (v *vcenter) running(ref types.ManagedObjectReference) bool {
	vm := v.vm(ref)
	if vm == nil {
		return false
	}
	ctx, on := v.context(), false
	ctx.WithLock(vm, func() { on = vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn })
	return on
}
