module drover/simulators/vcenter

go 1.26.0

require github.com/vmware/govmomi v0.56.0
