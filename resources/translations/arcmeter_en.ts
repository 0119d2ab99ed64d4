<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>HistoryCommands</name>
    <message numerus="yes">
        <source>delete %n run(s)</source>
        <translation>
            <numerusform>delete %n run</numerusform>
            <numerusform>delete %n runs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>tag %n run(s)</source>
        <translation>
            <numerusform>tag %n run</numerusform>
            <numerusform>tag %n runs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>untag %n run(s)</source>
        <translation>
            <numerusform>untag %n run</numerusform>
            <numerusform>untag %n runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::HistoryPage</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n row(s)</source>
        <translation>
            <numerusform>%1 of %n row</numerusform>
            <numerusform>%1 of %n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) selected</source>
        <translation>
            <numerusform>%n row selected</numerusform>
            <numerusform>%n rows selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deleted %n run(s).</source>
        <translation>
            <numerusform>Deleted %n run.</numerusform>
            <numerusform>Deleted %n runs.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copied %n row(s).</source>
        <translation>
            <numerusform>Copied %n row.</numerusform>
            <numerusform>Copied %n rows.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::LimitDialog</name>
    <message numerus="yes">
        <source>%1. Arcmeter %2, by the engine&apos;s plan and %n run(s).</source>
        <translation>
            <numerusform>%1. Arcmeter %2, by the engine&apos;s plan and %n run.</numerusform>
            <numerusform>%1. Arcmeter %2, by the engine&apos;s plan and %n runs.</numerusform>
        </translation>
    </message>
</context>
</TS>
