package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

func TestInventory_everyVM_hasWhatAConnectorAsks(t *testing.T) {
	w := begin(t, "-vms", "8", "-disk-mb", "2", "-fill-kb", "16")
	list, err := find.NewFinder(w.c.Client).VirtualMachineList(w.ctx, "/DC0/vm/...")
	if err != nil || len(list) != 8 {
		t.Fatal(len(list), err)
	}
	var refs []types.ManagedObjectReference
	for _, vm := range list {
		refs = append(refs, vm.Reference())
	}
	var vms []mo.VirtualMachine
	if err := w.c.Retrieve(w.ctx, refs, []string{"name", "config", "guest", "runtime", "summary", "datastore"}, &vms); err != nil {
		t.Fatal(err)
	}
	hosts, stores, uuids, firmware, disks := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, 0
	for _, vm := range vms {
		hosts[vm.Runtime.Host.Value], stores[vm.Datastore[0].Value], firmware[vm.Config.Firmware] = true, true, true
		uuids[vm.Config.InstanceUuid], uuids[vm.Config.Uuid] = true, true
		if vm.Config.GuestId == "" || vm.Config.GuestFullName == "" || vm.Config.Hardware.NumCPU == 0 || vm.Config.Hardware.MemoryMB == 0 ||
			vm.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOn || vm.Config.Version != "vmx-19" {
			t.Errorf("%s: %+v", vm.Name, vm.Config)
		}
		if running := vm.Guest.ToolsRunningStatus == "guestToolsRunning"; running != (vm.Guest.IpAddress != "") || running != (len(vm.Guest.Net) == 1) {
			t.Errorf("%s: addresses are what Tools tell", vm.Name)
		}
		n := 0
		for _, x := range vm.Config.Hardware.Device {
			d, ok := x.(*types.VirtualDisk)
			if !ok {
				continue
			}
			b := d.Backing.(*types.VirtualDiskFlatVer2BackingInfo)
			if d.Key != int32(2000+n) || d.DeviceInfo.GetDescription().Label != fmt.Sprintf("Hard disk %d", n+1) || d.CapacityInBytes != 2<<20 ||
				b.Uuid == "" || b.DiskMode != "persistent" || b.FileName == "" || b.Datastore == nil || uuids[b.Uuid] {
				t.Errorf("%s: %+v %+v", vm.Name, d, b)
			}
			uuids[b.Uuid] = true
			n++
		}
		disks += n
		if n < 1 || n > 3 {
			t.Errorf("%s has %d disks", vm.Name, n)
		}
	}
	if len(hosts) != 2 || len(stores) != 2 || len(firmware) != 2 || len(uuids) != 16+disks {
		t.Fatal(hosts, stores, firmware, len(uuids))
	}
}

// A client that asks for all gets pages of the server's size; all pages together are all VMs.
func TestPropertyCollector_manyVMs_comeInPages(t *testing.T) {
	w := begin(t, "-vms", "120", "-disk-mb", "1", "-fill-kb", "0", "-writes-per-second", "0", "-page-objects", "50")
	m := view.NewManager(w.c.Client)
	all, err := m.CreateContainerView(w.ctx, w.c.ServiceContent.RootFolder, []string{"VirtualMachine"}, true)
	if err != nil {
		t.Fatal(err)
	}
	spec := types.PropertyFilterSpec{
		PropSet:   []types.PropertySpec{{Type: "VirtualMachine", PathSet: []string{"name", "config.instanceUuid", "snapshot"}}},
		ObjectSet: []types.ObjectSpec{{Obj: all.Reference(), Skip: types.NewBool(true), SelectSet: []types.BaseSelectionSpec{&types.TraversalSpec{Type: "ContainerView", Path: "view"}}}}}
	for _, asked := range []int32{0, 40, 1000} {
		r, err := methods.RetrievePropertiesEx(w.ctx, w.c, &types.RetrievePropertiesEx{This: w.c.ServiceContent.PropertyCollector,
			SpecSet: []types.PropertyFilterSpec{spec}, Options: types.RetrieveOptions{MaxObjects: asked}})
		if err != nil {
			t.Fatal(err)
		}
		sizes, names := []int{len(r.Returnval.Objects)}, map[any]bool{}
		objects := r.Returnval.Objects
		for token := r.Returnval.Token; token != ""; {
			next, err := methods.ContinueRetrievePropertiesEx(w.ctx, w.c, &types.ContinueRetrievePropertiesEx{This: w.c.ServiceContent.PropertyCollector, Token: token})
			if err != nil {
				t.Fatal(err)
			}
			sizes, objects, token = append(sizes, len(next.Returnval.Objects)), append(objects, next.Returnval.Objects...), next.Returnval.Token
		}
		for _, o := range objects {
			if len(o.PropSet) != 2 { // no snapshot: the property is absent, in later pages too
				t.Fatalf("%+v", o)
			}
			names[o.PropSet[0].Val] = true
		}
		want := map[int32][]int{0: {50, 50, 20}, 40: {40, 40, 40}, 1000: {50, 50, 20}}[asked]
		if !slices.Equal(sizes, want) || len(names) != 120 {
			t.Fatal(asked, sizes, len(names))
		}
	}
}

// The same seed makes the same VMs, so a test can name an uuid.
func TestInventory_sameSeed_sameUuids(t *testing.T) {
	uuid := func(seed string) string {
		w := begin(t, "-vms", "1", "-disk-mb", "1", "-fill-kb", "0", "-seed", seed)
		return w.props(w.vm(w.c, "server-0001").Reference(), "config").Config.InstanceUuid
	}
	if a := uuid("5"); a != uuid("5") || a == uuid("6") {
		t.Fatal("the seed does not decide")
	}
}

// A connector may be pointed at one host; it finds the VMs and reads a disk there too.
func TestESXi_alone_hasVMsAndExports(t *testing.T) {
	w := begin(t, "-vms", "2", "-disk-mb", "4", "-fill-kb", "256", "-esxi", "-version", "7.0.3")
	if about := w.c.ServiceContent.About; about.ApiType != "HostAgent" || about.ApiVersion != "7.0.3.0" {
		t.Fatalf("%+v", about)
	}
	vm, err := find.NewFinder(w.c.Client).VirtualMachine(w.ctx, "/ha-datacenter/vm/server-0001")
	if err != nil {
		t.Fatal(err)
	}
	snap := w.snapshot(vm, "one")
	_, info := w.leased(snap)
	if !strings.HasPrefix(info.DeviceUrl[0].Url, "https://*/nfc/") {
		t.Fatal(info.DeviceUrl[0].Url)
	}
	stream, _, err := w.download(info.Items[0].URL)
	if err != nil || !bytes.Equal(readVmdk(t, bytes.NewReader(stream)).content, w.frozenRaw(snap, 2000)) {
		t.Fatal("the export differs ", err)
	}
}
