# Carries out the commands on its standard input in an interpreter that has nothing but what writes a file, and prints
# what else was called. Between two texts stands a line that is a form feed.
set allowed {set open puts fconfigure close catch}
proc said {args} { puts stdout "called: $args" }
proc fresh {} {
    catch {interp delete box}
    interp create box
    foreach name [box eval {info commands}] {
        if {$name ni $::allowed} { box alias $name said $name }
    }
    box alias unknown said unknown
}
fconfigure stdin -translation lf -encoding iso8859-1
fconfigure stdout -encoding utf-8
fresh
set typed ""
while {[gets stdin line] >= 0} {
    if {$line eq "\f"} {
        if {$typed ne ""} { puts stdout "open: $typed" }
        set typed ""
        fresh
        continue
    }
    append typed $line "\n"
    if {![info complete $typed]} { continue }
    if {[catch {interp eval box $typed} answer]} { puts stdout "failed: $answer" }
    set typed ""
}
