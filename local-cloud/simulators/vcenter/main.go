// Command vcenter simulates a vCenter with running VMs, for tests of the vSphere connector.
package main

func main() {}
