package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/esx"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/types"
)

// systems are the guests that the VMs say to run, one after the other.
var systems = []struct{ id, name, firmware string }{
	{"debian12_64Guest", "Debian GNU/Linux 12 (64-bit)", "bios"},
	{"rhel9_64Guest", "Red Hat Enterprise Linux 9 (64-bit)", "efi"},
	{"windows2019srvNext_64Guest", "Microsoft Windows Server 2022 (64-bit)", "efi"},
	{"ubuntu64Guest", "Ubuntu Linux (64-bit)", "bios"},
}

// infrastructure is one datacenter with a cluster of two hosts, or one ESXi host alone, and two
// datastores, no VM yet.
// The module makes its datastores' folders where temporary files go; dir is made that place meanwhile.
func infrastructure(o options, dir string) (*simulator.Model, error) {
	old, set := os.LookupEnv("TMPDIR")
	if err := os.Setenv("TMPDIR", dir); err != nil {
		return nil, err
	}
	defer func() {
		if set {
			_ = os.Setenv("TMPDIR", old)
		} else {
			_ = os.Unsetenv("TMPDIR")
		}
	}()
	m := simulator.VPX()
	if o.esxi {
		m = simulator.ESX()
	}
	m.Host, m.ClusterHost, m.Datastore, m.Machine = 0, 2, 2, 0
	m.ServiceContent.About.Version, m.ServiceContent.About.ApiVersion = o.version, o.version+".0"
	return m, m.Create()
}

// guest is the extra state of a VM, made when it is first asked for; nil if there is no such VM.
func (v *vcenter) guest(ref types.ManagedObjectReference) *guest {
	if v.vm(ref) == nil {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	g := v.guests[ref.Value]
	if g == nil {
		g = &guest{ref: ref, dir: v.opt.disks, disks: map[int32]*disk{}}
		v.guests[ref.Value] = g
	}
	return g
}

func diskName(vm types.ManagedObjectReference, key int32) string {
	return fmt.Sprintf("%s-%d", vm.Value, key)
}

// populate makes the VMs: server-0001 … over the hosts and datastores in turn, in two folders.
func (v *vcenter) populate() error {
	ctx := context.Background()
	client, err := vim25.NewClient(ctx, v.model.Service)
	if err != nil {
		return err
	}
	dc := object.NewDatacenter(client, v.sorted("Datacenter")[0])
	folders, err := dc.Folders(ctx)
	if err != nil {
		return err
	}
	places := []*object.Folder{folders.VmFolder, folders.VmFolder}
	if !v.opt.esxi { // a host alone has no folders
		for i, name := range []string{"production", "test"} {
			if places[i], err = folders.VmFolder.CreateFolder(ctx, name); err != nil {
				return err
			}
		}
	}
	var vms, starts []types.ManagedObjectReference
	for i := range v.opt.vms {
		ref, err := v.addVM(ctx, client, places[i%2], i)
		if err != nil {
			return fmt.Errorf("VM %d: %w", i+1, err)
		}
		vms = append(vms, ref)
	}
	for _, ref := range vms {
		task, err := object.NewVirtualMachine(client, ref).PowerOn(ctx)
		if err != nil {
			return err
		}
		starts = append(starts, task.Reference())
	}
	for i, ref := range vms {
		if _, err := v.await(starts[i]); err != nil {
			return err
		}
		if err := v.furnish(ref, i); err != nil {
			return err
		}
	}
	for _, ref := range v.sorted("Datastore") { // after the VMs, which take from it
		ds := v.model.Map().Get(ref).(*simulator.Datastore)
		ds.Summary.Capacity, ds.Summary.Type = 1<<40, "VMFS"
		v.freeSpace(v.context(), ref, 600<<30)
	}
	return nil
}

// await waits for a task of the module. A collector's wait costs 10 ms and more for each.
func (v *vcenter) await(ref types.ManagedObjectReference) (types.AnyType, error) {
	t, ctx := v.model.Map().Get(ref).(*simulator.Task), v.context()
	for {
		var info types.TaskInfo
		ctx.WithLock(t, func() { info = t.Info })
		switch info.State {
		case types.TaskInfoStateSuccess:
			return info.Result, nil
		case types.TaskInfoStateError:
			return nil, errors.New(info.Error.LocalizedMessage)
		}
		time.Sleep(200 * time.Microsecond)
	}
}

func (v *vcenter) addVM(ctx context.Context, client *vim25.Client, folder *object.Folder, i int) (types.ManagedObjectReference, error) {
	var none types.ManagedObjectReference
	hosts, stores := v.sorted("HostSystem"), v.sorted("Datastore")
	host, store := hosts[i%len(hosts)], stores[i/2%len(stores)]
	name := fmt.Sprintf("server-%04d", i+1)
	system := systems[i%len(systems)]
	dice := rand.New(rand.NewPCG(v.opt.seed, uint64(i)))
	memory, cores := int64(2048<<(i%3)), int32(1+i%4)
	spec := types.VirtualMachineConfigSpec{Name: name, GuestId: system.id, Firmware: system.firmware,
		NumCPUs: cores, NumCoresPerSocket: types.NewInt32(1), MemoryMB: memory,
		Uuid: seeded(dice), InstanceUuid: seeded(dice), Version: "vmx-19",
		Files: &types.VirtualMachineFileInfo{VmPathName: "[" + v.name(store) + "]"}}

	var devices object.VirtualDeviceList
	scsi, err := devices.CreateSCSIController("pvscsi")
	if err != nil {
		return none, err
	}
	devices = append(devices, scsi)
	for n := range 1 + i%3 {
		file := fmt.Sprintf("[%s] %s/%s", v.name(store), name, diskFile(name, n))
		d := devices.CreateDisk(scsi.(types.BaseVirtualController), store, file)
		d.CapacityInKB = v.opt.diskMB << 10
		b := d.Backing.(*types.VirtualDiskFlatVer2BackingInfo)
		b.ThinProvisioned = types.NewBool((i+n)%4 != 3)
		b.Uuid = strings.ToUpper(seeded(dice))
		devices = append(devices, d)
	}
	nic := esx.EthernetCard
	devices = append(devices, &nic)
	if spec.DeviceChange, err = devices.ConfigSpec(types.VirtualDeviceConfigSpecOperationAdd); err != nil {
		return none, err
	}
	pool := *object.NewResourcePool(client, v.pool())
	task, err := folder.CreateVM(ctx, spec, &pool, object.NewHostSystem(client, host))
	if err != nil {
		return none, err
	}
	made, err := v.await(task.Reference())
	if err != nil {
		return none, err
	}
	return made.(types.ManagedObjectReference), nil
}

// furnish tells what the module leaves out: Tools, addresses, labels, and the disks' first content.
func (v *vcenter) furnish(ref types.ManagedObjectReference, i int) error {
	ctx, vm, g := v.context(), v.vm(ref), v.guest(ref)
	system := systems[i%len(systems)]
	var err error
	ctx.WithLock(vm, func() {
		tools := types.VirtualMachineToolsRunningStatusGuestToolsRunning
		if i%5 == 4 {
			tools = types.VirtualMachineToolsRunningStatusGuestToolsNotRunning
		}
		address := fmt.Sprintf("10.%d.%d.%d", 20+i>>16, i>>8&255, i&255)
		vm.Guest.ToolsRunningStatus = string(tools)
		vm.Guest.HostName = strings.ToLower(vm.Name)
		vm.Guest.GuestId, vm.Guest.GuestFullName = system.id, system.name
		vm.Config.GuestFullName, vm.Summary.Config.GuestFullName = system.name, system.name
		vm.Config.ChangeTrackingEnabled = types.NewBool(false)
		// Without these two pyVmomi refuses the answer.
		vm.Runtime.FaultToleranceState = types.VirtualMachineFaultToleranceStateNotConfigured
		vm.Runtime.RecordReplayState = types.VirtualMachineRecordReplayStateInactive
		vm.Guest.IpAddress, vm.Summary.Guest.IpAddress, vm.Guest.Net = "", "", nil
		if i%5 != 4 {
			vm.Guest.IpAddress, vm.Summary.Guest.IpAddress = address, address
			vm.Guest.Net = []types.GuestNicInfo{{Network: "VM Network", Connected: true, DeviceConfigId: 4000,
				MacAddress: fmt.Sprintf("00:50:56:%02x:%02x:%02x", i>>16&63, i>>8&255, i&255),
				IpAddress:  []string{address, fmt.Sprintf("fe80::250:56ff:fe00:%x", i+1)}}}
		}
		renumber(vm.Config.Hardware.Device)
		number := 0
		for _, x := range vm.Config.Hardware.Device {
			if d, ok := x.(*types.VirtualDisk); ok {
				number++
				d.DeviceInfo = &types.Description{Label: fmt.Sprintf("Hard disk %d", number), Summary: fmt.Sprintf("%d KB", v.opt.diskMB<<10)}
				d.CapacityInBytes, d.CapacityInKB = v.opt.diskMB<<20, v.opt.diskMB<<10
			}
		}
		v.syncDisks(vm, g)
		err = v.fill(g, i)
	})
	return err
}

// renumber gives the devices the keys that a host gives: 1000 to the SCSI controller, 2000 + unit to its
// disks, 4000 to the card. The module counts from 200.
func renumber(devices object.VirtualDeviceList) {
	for _, x := range devices {
		switch d := x.(type) {
		case *types.ParaVirtualSCSIController:
			d.Key, d.Device = 1000, nil
			for _, y := range devices.SelectByType((*types.VirtualDisk)(nil)) {
				disk := y.GetVirtualDevice()
				disk.ControllerKey, disk.Key = d.Key, 2000+*disk.UnitNumber
				d.Device = append(d.Device, disk.Key)
			}
		case types.BaseVirtualEthernetCard:
			d.GetVirtualEthernetCard().Key = 4000
		}
	}
}

func (v *vcenter) pool() types.ManagedObjectReference { return v.sorted("ResourcePool")[0] }

func diskFile(vm string, n int) string {
	if n == 0 {
		return vm + ".vmdk"
	}
	return fmt.Sprintf("%s_%d.vmdk", vm, n)
}

func seeded(dice *rand.Rand) string {
	var u uuid.UUID
	for i := range u {
		u[i] = byte(dice.Uint32())
	}
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return u.String()
}

// scratch is where everything lies that must be gone at the end.
func scratch(parent string) (string, error) {
	if parent != "" {
		if err := os.MkdirAll(parent, 0o700); err != nil {
			return "", err
		}
	}
	dir, err := os.MkdirTemp(parent, "vcenter-")
	if err != nil {
		return "", err
	}
	return filepath.Abs(dir)
}
