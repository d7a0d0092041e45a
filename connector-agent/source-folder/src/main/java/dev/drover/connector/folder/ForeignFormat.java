package dev.drover.connector.folder;

import static dev.drover.connector.folder.Mark.at;
import static dev.drover.connector.folder.Mark.begins;
import static dev.drover.connector.folder.Mark.inTail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A file whose bytes are not those of a disk: another format, a backup, something compressed, or no
 * disk at all. Told by its content, never by its name.
 *
 * @param name what it is, as in "x is …"
 * @param remedy what to do; {@code %1$s} is the file, {@code %2$s} the raw image to make
 * @param marks one of them is enough
 * @see <a href="https://gitlab.com/qemu-project/qemu/-/tree/master/block">QEMU's block drivers</a>
 * @see <a href="https://github.com/file/file/tree/master/magic/Magdir">the marks that file(1)
 *     knows</a>
 */
record ForeignFormat(String name, String remedy, List<Sign> marks) {
  private static final String REPLACE =
      "put the disk's raw image in its place and move this file away";

  /** Long marks of their own: no disk begins or ends like that. */
  private static final List<ForeignFormat> CERTAIN =
      List.of(
          qemu("a qcow image", "qcow", begins("QFI\u00fb\0\0\0\1")),
          qemu("a qcow2 image", "qcow2", begins("QFI\u00fb")),
          qemu("a QED image", "qed", begins("QED\0")),
          qemu("a VMDK image", "vmdk", begins("KDMV")),
          qemu("a VMDK image", "vmdk", begins("COWD")),
          qemu("a VMDK image (seSparse)", "vmdk", begins("\u00be\u00ba\u00fe\u00ca\0\0\0\0")),
          qemu(
              "a VMDK descriptor, which only names the disk's files",
              "vmdk",
              begins("# Disk DescriptorFile"),
              begins("# Disk Descriptor File")),
          qemu("a VHDX image", "vhdx", begins("vhdxfile")),
          // Virtual PC wrote footers that are a byte shorter.
          qemu(
              "a VHD image",
              "vpc",
              begins("conectix"),
              inTail(0, "conectix"),
              inTail(1, "conectix"),
              FileShape::isPaddedVhd),
          qemu("a VirtualBox image (VDI)", "vdi", at(0x40, "\177\20\u00da\u00be")),
          qemu("a Parallels image", "parallels", begins("WithoutFreeSpace")),
          qemu("a Parallels image", "parallels", begins("WithouFreSpacExt")),
          qemu("a Bochs image", "bochs", begins("Bochs Virtual HD Image")),
          qemu("an Apple disk image (DMG)", "dmg", inTail(0, "koly"), begins("koly")),
          command(
              "an Apple disk image (encrypted or sparse)",
              "hdiutil convert %1$s -format UDTO -o %2$s",
              begins("encrcdsa"),
              inTail(504, "cdsaencr"),
              begins("sprs\0\0\0")),
          packed("compressed by gzip", "gzip -dc", begins("\37\u008b\b")),
          packed("compressed by xz", "xz -dc", begins("\u00fd7zXZ\0")),
          packed("compressed by zstd", "zstd -dc", zstd()),
          packed("compressed by zstd or lz4", "zstd -dc", skippable()),
          packed("compressed by bzip2", "bzip2 -dc", bzip2()),
          packed("compressed by lz4", "lz4 -dc", begins("\4\"M\30"), begins("\2!L\30")),
          packed("compressed by lzop", "lzop -dc", begins("\u0089LZO\0\r\n\32\n")),
          packed("compressed by lzip", "lzip -dc", begins("LZIP\1")),
          packed("compressed by compress", "uncompress -c", begins("\37\u009d\u0090")),
          command("compressed by lrzip", "lrzip -d -o %2$s %1$s", begins("LRZI")),
          packed("a zip archive", "unzip -p", begins("PK\3\4"), begins("PK\7\b")),
          packed("a 7z archive", "7z x -so", begins("7z\u00bc\u00af'\34")),
          packed("a RAR archive", "unrar p -inul", begins("Rar!\32\7")),
          packed("a cabinet (CAB)", "cabextract -p", begins("MSCF\0\0\0\0")),
          command(
              "a tar archive (an OVA?)", "tar -xOf %1$s NAME-OF-THE-DISK > %2$s", at(257, "ustar")),
          command(
              "a cpio archive",
              "cpio -i --to-stdout NAME-OF-THE-DISK < %1$s > %2$s",
              begins("070701"),
              begins("070702"),
              begins("070707")),
          command("a Proxmox backup (VMA)", "vma extract %1$s NEW-FOLDER", begins("VMA\0")),
          new ForeignFormat(
              "an index of a Proxmox backup, which has no data",
              "restore the disk from the backup server, put its raw image here and move this file"
                  + " away",
              List.of(
                  begins("/\177A\u00ed\u0091\u00fd\17\u00cd"),
                  begins("\34\u0091N\u00a5\31\u00ba\u00b3\u00cd"))),
          command(
              "a partclone image",
              "partclone.restore -C -s %1$s -o %2$s",
              begins("partclone-image")),
          command(
              "a partimage image of one partition",
              "partimage restore NEW-DEVICE %1$s",
              begins("PaRtImAgE-VoLuMe")),
          command(
              "an ntfsclone image",
              "ntfsclone --restore-image --overwrite %2$s %1$s",
              begins("\0ntfsclone-image")),
          command(
              "an FSArchiver backup", "fsarchiver restfs %1$s id=0,dest=DEVICE", begins("FsA0")),
          command(
              "an EnCase image (EWF)",
              "ewfexport -u -f raw -t - %1$s > %2$s",
              begins("EVF\t\r\n\u00ff"),
              begins("EVF2\r\n\u0081"),
              begins("LVF\t\r\n\u00ff"),
              begins("LEF2\r\n\u0081")),
          packed("an AFF image", "affcat", begins("AFF10\r\n\0"), begins("AFF11\r\n\0")),
          command(
              "a Windows image (WIM), which holds files",
              "wimapply %1$s 1 NEW-DEVICE",
              begins("MSWIM\0\0\0"),
              begins("WLPWM\0\0\0")),
          command("an Android sparse image", "simg2img %1$s %2$s", begins(":\u00ff&\u00ed")),
          command(
              "an export of a Ceph image",
              "rbd import --export-format 2 %1$s NEW-IMAGE && rbd export NEW-IMAGE %2$s",
              begins("rbd image v"),
              begins("rbd image diffs v")),
          command(
              "a difference between two states of a Ceph image",
              "rbd import-diff %1$s IMAGE && rbd export IMAGE %2$s",
              begins("rbd diff v")),
          new ForeignFormat(
              "a Ghost image",
              restored("Ghost"),
              List.of(begins("\u00fe\u00ef\1"), begins("\u00fe\u00ef\t"))),
          new ForeignFormat(
              "an Acronis backup",
              restored("Acronis"),
              List.of(
                  begins("\u00b4nhD"),
                  begins("\u00ce$\u00b9\u00a2 \0\0\0"),
                  begins("\u00cd \u00aa\u00aa\2\0\0\0"),
                  begins("\u00b5\u00a2\u00b0\u00b3\u00b3\u00b0\u00a5\u00b5"))),
          command(
              "a backup by dump, which holds files",
              "restore -rf %1$s in a new file system",
              begins("\1\0\0\0").and(at(24, "l\u00ea\0\0")),
              begins("\1\0\0\0").and(at(24, "\31\1T\31")),
              begins("\0\0\0\1").and(at(24, "\0\0\u00eal"))),
          command("a backup by xfsdump", "xfsrestore -f %1$s NEW-FILE-SYSTEM", begins("xFSdump0")),
          command(
              "a Btrfs stream", "btrfs receive -f %1$s NEW-FILE-SYSTEM", begins("btrfs-stream\0")),
          command(
              "a ZFS stream",
              "zfs receive NEW-FILE-SYSTEM < %1$s",
              at(8, "\u00ac\u00cb\u00ba\u00f5\2\0\0\0")),
          command(
              "a cloop image",
              "extract_compressed_fs %1$s %2$s",
              begins("#!/bin/sh\n#V2.0 Format"),
              begins("#!/bin/sh\n#V3.0 Format")),
          memory("libvirt", begins("LibvirtQemudSave")),
          memory("kdump", begins("KDUMP   ")),
          command(
              "a compressed hard disk of MAME (CHD)",
              "chdman extracthd -i %1$s -o %2$s",
              begins("MComprHD")),
          new ForeignFormat(
              "a CD image of Nero", REPLACE, List.of(inTail(500, "NER5"), inTail(504, "NERO"))),
          new ForeignFormat(
              "an image of raw CD sectors",
              REPLACE,
              List.of(begins("\0" + "\u00ff".repeat(10) + "\0"))),
          packed("compressed by snappy", "snzip -dc", begins("\u00ff\6\0\0sNaPpY")),
          noDisk("a database of SQLite", begins("SQLite format 3\0")),
          noDisk("a picture (PNG)", begins("\u0089PNG\r\n\32\n")),
          command("encrypted by openssl", "openssl enc -d -in %1$s -out %2$s", begins("Salted__")),
          command("encrypted by age", "age -d -o %2$s %1$s", begins("age-encryption.org/")));

  /** Short marks and mere shapes: so could a disk begin whose rest shows that it is one. */
  private static final List<ForeignFormat> PROBABLE =
      List.of(
          command("a tar archive", "tar -xOf %1$s NAME-OF-THE-DISK > %2$s", FileShape::isTar),
          command(
              "a cpio archive",
              "cpio -i --to-stdout NAME-OF-THE-DISK < %1$s > %2$s",
              FileShape::isBinaryCpio),
          packed("compressed by lzma", "xz --format=lzma -dc", FileShape::isLzma),
          new ForeignFormat(
              "an ar archive or a Debian package", REPLACE, List.of(begins("!<arch>\n"))),
          new ForeignFormat("an RPM package", REPLACE, List.of(begins("\u00ed\u00ab\u00ee\u00db"))),
          new ForeignFormat("a program (ELF)", REPLACE, List.of(begins("\177ELF"))),
          new ForeignFormat("a program (PE)", REPLACE, List.of(FileShape::isPortableExecutable)),
          new ForeignFormat("a PDF document", REPLACE, List.of(begins("%PDF-"))),
          memory("QEMU", begins("QEVM")),
          memory("VMware", begins("\u00d2\u00be\u00d2\u00be"), begins("\u00d1\u00be\u00d1\u00be")),
          command("a compressed CD image (CISO)", "ciso 0 %1$s %2$s", begins("CISO")),
          packed("a xar archive", "xar --to-stdout -xf", begins("xar!")),
          noDisk(
              "what macOS keeps beside a file (AppleDouble)",
              begins("\0\5\26\7\0\2\0\0"),
              begins("\0\5\26\0\0\2\0\0")),
          noDisk("a picture (JPEG)", begins("\u00ff\u00d8\u00ff")),
          noDisk("a film (MP4)", at(4, "ftyp")),
          noDisk("a recording (Ogg)", begins("OggS\0")),
          noDisk(
              "a record of a network (pcap)",
              begins("\u00d4\u00c3\u00b2\u00a1\2\0"),
              begins("\u00a1\u00b2\u00c3\u00d4\0\2"),
              begins("M<\u00b2\u00a1\2\0"),
              begins("\n\r\r\n").and(at(8, "M<+\32")),
              begins("\n\r\r\n").and(at(8, "\32+<M"))),
          noDisk("a dump of PostgreSQL", begins("PGDMP")),
          noDisk(
              "a program (Mach-O) or a class of Java",
              begins("\u00cf\u00fa\u00ed\u00fe"),
              begins("\u00ce\u00fa\u00ed\u00fe"),
              begins("\u00fe\u00ed\u00fa\u00ce"),
              begins("\u00fe\u00ed\u00fa\u00cf"),
              begins("\u00ca\u00fe\u00ba\u00be")),
          noDisk("a pack of git", begins("PACK\0\0\0\2"), begins("PACK\0\0\0\3")),
          noDisk("encoded as text (yEnc)", begins("=ybegin ")),
          new ForeignFormat(
              "a download or upload with its headers",
              "fetch the disk's raw image without them, put it in its place and move this file away",
              List.of(FileShape::isOfTheNetwork)),
          new ForeignFormat("text", REPLACE, List.of(FileShape::isText)));

  /**
   * What it is instead of a raw disk; empty for what has a sign of being one, or no sign at all.
   */
  static Optional<ForeignFormat> of(ImageEnds ends) {
    Optional<ForeignFormat> certain = certain(ends);
    return certain.isPresent() || RawSign.isIn(ends) ? certain : first(PROBABLE, ends);
  }

  /** Only by marks that leave no doubt, and that files with disks have. */
  static Optional<ForeignFormat> certain(ImageEnds ends) {
    return first(CERTAIN, ends);
  }

  /** What the file is and what makes a raw image of it; nothing that stands is written over. */
  String sentence(Path file) {
    return file
        + " is "
        + name
        + ", not a raw disk image: "
        + remedy.formatted(quoted(file), quoted(unusedName(file)))
        + ". If its bytes are the disk as it is, write 'format: raw' in server.yaml.";
  }

  private static Optional<ForeignFormat> first(List<ForeignFormat> formats, ImageEnds ends) {
    return formats.stream()
        .filter(format -> format.marks.stream().anyMatch(mark -> mark.isIn(ends)))
        .findFirst();
  }

  private static Path unusedName(Path file) {
    String name = EntryName.decoded(file);
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    return Stream.of(stem, stem + ".raw", stem + ".img", stem + "-raw.img")
        .filter(candidate -> candidate.endsWith(".img") || candidate.endsWith(".raw"))
        .map(file::resolveSibling)
        .filter(Files::notExists)
        .findFirst()
        .orElseGet(() -> file.resolveSibling(name + "-raw.img"));
  }

  private static String quoted(Path file) {
    String text = file.toString();
    return text.matches("[A-Za-z0-9_./+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static ForeignFormat qemu(String name, String driver, Sign... marks) {
    return command(name, "qemu-img convert -f " + driver + " -O raw %1$s %2$s", marks);
  }

  private static ForeignFormat packed(String name, String unpack, Sign... marks) {
    return command(name, unpack + " %1$s > %2$s", marks);
  }

  private static ForeignFormat command(String name, String command, Sign... marks) {
    return new ForeignFormat(
        name, "make one (" + command + ") and move this file away", List.of(marks));
  }

  private static ForeignFormat memory(String program, Sign... marks) {
    return noDisk("a machine's memory, saved by " + program, marks);
  }

  private static ForeignFormat noDisk(String name, Sign... marks) {
    return new ForeignFormat(name, REPLACE, List.of(marks));
  }

  private static String restored(String program) {
    return "restore it by "
        + program
        + " to a disk, put a raw image of that here and move this"
        + " file away";
  }

  /** 0x1E and 0x22 to 0x27 were the formats before version 0.8. */
  private static Mark[] zstd() {
    return "(\36\"#$%&'"
        .chars()
        .mapToObj(first -> begins((char) first + "\u00b5/\u00fd"))
        .toArray(Mark[]::new);
  }

  /**
   * Frames to be skipped, with which pzstd begins a file.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2">RFC 8878, 3.1.2</a>
   */
  private static Mark[] skippable() {
    return IntStream.rangeClosed(0x50, 0x5F)
        .mapToObj(first -> begins((char) first + "*M\30"))
        .toArray(Mark[]::new);
  }

  /** Its header has the level, a digit. */
  private static Mark[] bzip2() {
    return IntStream.rangeClosed(1, 9)
        .mapToObj(level -> begins("BZh" + level + "1AY&SY"))
        .toArray(Mark[]::new);
  }
}
