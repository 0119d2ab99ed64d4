<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>FieldText</name>
    <message numerus="yes">
        <source>%n row(s): %1</source>
        <translation>
            <numerusform>%n row: %1</numerusform>
            <numerusform>%n rows: %1</numerusform>
        </translation>
    </message>
</context>
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
    <name>Import</name>
    <message numerus="yes">
        <source>import of %n row(s)</source>
        <translation>
            <numerusform>import of %n row</numerusform>
            <numerusform>import of %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Queue</name>
    <message numerus="yes">
        <source>remove %n entries from the queue</source>
        <translation>
            <numerusform>remove %n entry from the queue</numerusform>
            <numerusform>remove %n entries from the queue</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ComparePage</name>
    <message numerus="yes">
        <source>Removed %n side(s).</source>
        <translation>
            <numerusform>Removed %n side.</numerusform>
            <numerusform>Removed %n sides.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>At most %1 sides are compared, each once; %n row(s) left out.</source>
        <translation>
            <numerusform>At most %1 sides are compared, each once; %n row left out.</numerusform>
            <numerusform>At most %1 sides are compared, each once; %n rows left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n field(s) differ; ⚠ marks the machine and its software</source>
        <translation>
            <numerusform>%1 of %n field differs; ⚠ marks the machine and its software</numerusform>
            <numerusform>%1 of %n fields differ; ⚠ marks the machine and its software</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Baseline, %n repeat(s)</source>
        <translation>
            <numerusform>Baseline, %n repeat</numerusform>
            <numerusform>Baseline, %n repeats</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ComparePicker</name>
    <message numerus="yes">
        <source>%n row(s) chosen</source>
        <translation>
            <numerusform>%n row chosen</numerusform>
            <numerusform>%n rows chosen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::EntryView</name>
    <message numerus="yes">
        <source>%n configurations; asking the engine which of them fit …</source>
        <translation>
            <numerusform>%n configuration; asking the engine whether it fits …</numerusform>
            <numerusform>%n configurations; asking the engine which of them fit …</numerusform>
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
    <name>arcmeter::ui::ImportDialog</name>
    <message numerus="yes">
        <source>%1: %2, %n row(s)</source>
        <translation>
            <numerusform>%1: %2, %n row</numerusform>
            <numerusform>%1: %2, %n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>; %n line(s) could not be read</source>
        <translation>
            <numerusform>; %n line could not be read</numerusform>
            <numerusform>; %n lines could not be read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Import %n row(s)</source>
        <translation>
            <numerusform>&amp;Import %n row</numerusform>
            <numerusform>&amp;Import %n rows</numerusform>
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
<context>
    <name>arcmeter::ui::MainWindow</name>
    <message numerus="yes">
        <source>Imported %n row(s).</source>
        <translation>
            <numerusform>Imported %n row.</numerusform>
            <numerusform>Imported %n rows.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The queue still holds %n configurations from before.</source>
        <translation>
            <numerusform>The queue still holds %n configuration from before.</numerusform>
            <numerusform>The queue still holds %n configurations from before.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::QueueDock</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>, %n failed</source>
        <translation>
            <numerusform>, %n failed</numerusform>
            <numerusform>, %n failed</numerusform>
        </translation>
    </message>
</context>
</TS>
