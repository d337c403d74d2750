# A router's exec mode with a real Tcl interpreter behind `tclsh`, on a terminal in raw mode: echo and keys are those of
# a router's line editor. What Tcl does not know is noted in the file $ran.
set ran [lindex $argv 0]
proc unknown {args} { set note [open $::ran a]; puts $note $args; close $note }
fconfigure stdout -buffering none -translation binary
fconfigure stdin -buffering none -translation binary
set in_tcl 0
set typed ""
set line ""
proc prompt {} { expr {!$::in_tcl ? "edge1#" : $::typed eq "" ? "edge1(tcl)#" : "+>"} }
proc show {} { puts -nonewline "\r\n[prompt]$::line" }
proc carry_out {} {
    if {!$::in_tcl} {
        if {[string trim $::line] eq "tclsh"} { set ::in_tcl 1 } elseif {[string trim $::line] ne ""} { unknown exec $::line }
    } elseif {$::typed eq "" && [string trim $::line] eq "tclquit"} {
        set ::in_tcl 0
    } else {
        append ::typed $::line "\n"
        if {![info complete $::typed]} { return }
        catch {uplevel #0 $::typed} answer
        set ::typed ""
        if {$answer ne ""} { puts -nonewline "\r\n$answer" }
    }
}
puts -nonewline [prompt]
while {[set key [read stdin 1]] ne ""} {
    switch -- $key {
        "\r" { carry_out; set line ""; show }
        "\x03" { set typed ""; set line ""; show }
        "\x12" - "\x04" { show }
        "\x15" { puts -nonewline [string repeat "\b \b" [string length $line]]; set line "" }
        "\b" { if {$line ne ""} { set line [string range $line 0 end-1]; puts -nonewline "\b \b" } }
        "?" { puts -nonewline "?\r\n% Unrecognized command"; show }
        "\t" {}
        default { append line $key; puts -nonewline $key }
    }
}
