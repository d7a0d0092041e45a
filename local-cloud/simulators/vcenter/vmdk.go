package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
)

// Layout of a streamOptimized VMDK, from VMware's "Virtual Disk Format 5.0":
//
//	header | descriptor | … to sector 128
//	for each grain that is allocated:  LBA uint64, size uint32, deflated bytes, zeros to the sector
//	after each 512 grains with any:    grain table marker, 512 × uint32 sector numbers
//	grain directory marker, one uint32 sector number for each table (0: none)
//	footer marker, the header again with the directory's place
//	end of stream marker
const (
	sectorBytes     = 512
	grainSectors    = blockBytes / sectorBytes
	tableEntries    = 512
	overheadSectors = 128

	markerEnd       = 0
	markerTable     = 1
	markerDirectory = 2
	markerFooter    = 3
)

type vmdkHeader struct {
	Magic            [4]byte
	Version          uint32
	Flags            uint32
	Capacity         uint64
	GrainSize        uint64
	DescriptorOffset uint64
	DescriptorSize   uint64
	TableEntries     uint32
	RedundantOffset  uint64
	DirectoryOffset  uint64
	Overhead         uint64
	Unclean          uint8
	LineEnds         [4]byte
	Compression      uint16
	Padding          [433]byte
}

// grainReader is what a stream is made of: whether a grain is allocated, and its bytes.
type grainReader interface {
	readBlock(block int64, buf []byte) (bool, error)
}

// streamVmdk writes a disk of size bytes as streamOptimized, one pass, without knowing its length:
// memory is one grain, one table and the directory.
func streamVmdk(out io.Writer, disk grainReader, size int64, uuid string) error {
	s := &vmdkStream{out: out, sectors: (size + sectorBytes - 1) / sectorBytes}
	s.deflate, _ = zlib.NewWriterLevel(&s.packed, zlib.BestSpeed)
	grains := (s.sectors + grainSectors - 1) / grainSectors
	s.directory = make([]uint32, (grains+tableEntries-1)/tableEntries)
	s.begin(uuid)
	buf := make([]byte, blockBytes)
	for g := int64(0); g < grains && s.err == nil; g++ {
		held, err := disk.readBlock(g, buf)
		if err != nil {
			return err
		}
		if held {
			s.grain(g, buf)
		}
		if g%tableEntries == tableEntries-1 || g == grains-1 {
			s.table(int(g / tableEntries))
		}
	}
	s.end()
	return s.err
}

type vmdkStream struct {
	out       io.Writer
	err       error
	sectors   int64 // of the disk
	at        int64 // sectors written
	deflate   *zlib.Writer
	packed    bytes.Buffer
	grains    [tableEntries]uint32
	any       bool // the table has an entry
	directory []uint32
}

func (s *vmdkStream) write(parts ...any) {
	var b bytes.Buffer
	for _, p := range parts {
		_ = binary.Write(&b, binary.LittleEndian, p) // a buffer does not fail
	}
	b.Write(make([]byte, (sectorBytes-b.Len()%sectorBytes)%sectorBytes))
	if s.err == nil {
		_, s.err = s.out.Write(b.Bytes())
	}
	s.at += int64(b.Len() / sectorBytes)
}

func (s *vmdkStream) marker(sectors uint64, kind uint32) {
	s.write(sectors, uint32(0), kind)
}

func (s *vmdkStream) header(directory uint64) vmdkHeader {
	return vmdkHeader{Magic: [4]byte{'K', 'D', 'M', 'V'}, Version: 3,
		Flags:    1 | 1<<16 | 1<<17, // line ends are to be checked, grains are deflated, markers are used
		Capacity: uint64(s.sectors), GrainSize: grainSectors, DescriptorOffset: 1, DescriptorSize: 2,
		TableEntries: tableEntries, DirectoryOffset: directory, Overhead: overheadSectors,
		LineEnds: [4]byte{'\n', ' ', '\r', '\n'}, Compression: 1}
}

func (s *vmdkStream) begin(uuid string) {
	s.write(s.header(^uint64(0))) // the directory's place is in the footer
	descriptor := fmt.Sprintf(`# Disk DescriptorFile
version=1
CID=fffffffe
parentCID=ffffffff
createType="streamOptimized"

# Extent description
RDONLY %d SPARSE "disk.vmdk"

# The Disk Data Base
#DDB
ddb.adapterType = "lsilogic"
ddb.geometry.cylinders = "%d"
ddb.geometry.heads = "255"
ddb.geometry.sectors = "63"
ddb.uuid = "%s"
ddb.virtualHWVersion = "19"
`, s.sectors, s.sectors/(255*63), uuid)
	s.write([]byte(descriptor))
	s.write(make([]byte, (overheadSectors-s.at)*sectorBytes))
}

func (s *vmdkStream) grain(number int64, data []byte) {
	s.packed.Reset()
	s.deflate.Reset(&s.packed)
	_, _ = s.deflate.Write(data)
	_ = s.deflate.Close()
	s.grains[number%tableEntries] = uint32(s.at)
	s.any = true
	s.write(uint64(number*grainSectors), uint32(s.packed.Len()), s.packed.Bytes())
}

func (s *vmdkStream) table(number int) {
	if !s.any {
		return
	}
	s.marker(tableEntries*4/sectorBytes, markerTable)
	s.directory[number] = uint32(s.at)
	s.write(s.grains)
	s.grains, s.any = [tableEntries]uint32{}, false
}

func (s *vmdkStream) end() {
	s.marker(uint64(len(s.directory)*4+sectorBytes-1)/sectorBytes, markerDirectory)
	directory := uint64(s.at)
	s.write(s.directory)
	s.marker(1, markerFooter)
	s.write(s.header(directory))
	s.marker(0, markerEnd)
}
