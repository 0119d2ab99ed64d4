<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Catalog</name>
    <message>
        <source>Quick look (no GPU)</source>
        <translation>快速体验（无需 GPU）</translation>
    </message>
    <message>
        <source>MobileFaceNet on synthetic images, one short repeat: charts move within seconds and it ends within a minute.</source>
        <translation>在合成图像上训练 MobileFaceNet，短测一次：几秒内图表开始变化，一分钟内结束。</translation>
    </message>
    <message>
        <source>R100, face_emore, data parallel, batch 64</source>
        <translation>R100，face_emore，数据并行，批 64</translation>
    </message>
    <message>
        <source>R100, face_emore, model parallel, batch 64</source>
        <translation>R100，face_emore，模型并行，批 64</translation>
    </message>
    <message>
        <source>R100, face_emore, Partial FC 0.1, batch 64</source>
        <translation>R100，face_emore，Partial FC 0.1，批 64</translation>
    </message>
    <message>
        <source>R100, glint360k, data parallel, batch 64</source>
        <translation>R100，glint360k，数据并行，批 64</translation>
    </message>
    <message>
        <source>R100, glint360k, model parallel, batch 64</source>
        <translation>R100，glint360k，模型并行，批 64</translation>
    </message>
    <message>
        <source>R100, glint360k, Partial FC 0.1, batch 64</source>
        <translation>R100，glint360k，Partial FC 0.1，批 64</translation>
    </message>
    <message>
        <source>Y1 (MobileFaceNet), face_emore, data parallel, batch 256</source>
        <translation>Y1 (MobileFaceNet)，face_emore，数据并行，批 256</translation>
    </message>
    <message>
        <source>Y1 (MobileFaceNet), face_emore, model parallel, batch 256</source>
        <translation>Y1 (MobileFaceNet)，face_emore，模型并行，批 256</translation>
    </message>
    <message>
        <source>The published report&apos;s main series on one device: FP32, 5 repeats of 150 iterations.</source>
        <translation>已发表报告的主要系列，单设备：FP32，150 次迭代重复 5 次。</translation>
    </message>
    <message>
        <source>The published report&apos;s series with 360,232 classes: CosFace, FP32, 5 repeats of 150 iterations.</source>
        <translation>已发表报告中 360,232 类的系列：CosFace，FP32，150 次迭代重复 5 次。</translation>
    </message>
    <message>
        <source>The published report&apos;s series of the small network: FP32, 5 repeats of 150 iterations.</source>
        <translation>已发表报告中小网络的系列：FP32，150 次迭代重复 5 次。</translation>
    </message>
    <message>
        <source>Synthetic (no files needed)</source>
        <translation>合成数据（无需文件）</translation>
    </message>
    <message>
        <source>face_emore (MS1MV2)</source>
        <translation>face_emore (MS1MV2)</translation>
    </message>
    <message>
        <source>glint360k</source>
        <translation>glint360k</translation>
    </message>
    <message>
        <source>DLPerf InsightFace</source>
        <translation>DLPerf InsightFace</translation>
    </message>
    <message>
        <source>Every configuration of the published report.</source>
        <translation>已发表报告的全部配置。</translation>
    </message>
    <message>
        <source>DLPerf quick</source>
        <translation>DLPerf 快速</translation>
    </message>
    <message>
        <source>One short repeat of every network, dataset size and parallelism of the report on one device with a small batch: a first look on a small machine, within 10 minutes on two CPU cores.</source>
        <translation>在一个设备上用小批对报告的每种网络、数据集规模和并行方式各做一次短重复：小机器上的初步了解，两个 CPU 核 10 分钟内完成。</translation>
    </message>
    <message>
        <source>DLPerf R100, face_emore</source>
        <translation>DLPerf R100，face_emore</translation>
    </message>
    <message>
        <source>The report&apos;s R100 rows on face_emore: data, model parallel and Partial FC, batch 64 and the largest that fits, 1 to 32 devices.</source>
        <translation>报告中 R100 在 face_emore 上的各行：数据并行、模型并行和 Partial FC，批 64 及放得下的最大批，1 到 32 个设备。</translation>
    </message>
    <message>
        <source>DLPerf R100, glint360k</source>
        <translation>DLPerf R100，glint360k</translation>
    </message>
    <message>
        <source>The report&apos;s R100 rows on glint360k: data, model parallel and Partial FC, batch 64 and the largest that fits, 1 to 8 devices.</source>
        <translation>报告中 R100 在 glint360k 上的各行：数据并行、模型并行和 Partial FC，批 64 及放得下的最大批，1 到 8 个设备。</translation>
    </message>
    <message>
        <source>DLPerf Y1, face_emore</source>
        <translation>DLPerf Y1，face_emore</translation>
    </message>
    <message>
        <source>The report&apos;s Y1 rows on face_emore: data and model parallel, batch 256 and the largest that fits, 1 to 8 devices.</source>
        <translation>报告中 Y1 在 face_emore 上的各行：数据并行和模型并行，批 256 及放得下的最大批，1 到 8 个设备。</translation>
    </message>
    <message>
        <source>DLPerf max num_classes</source>
        <translation>DLPerf 最大类别数</translation>
    </message>
    <message>
        <source>The report&apos;s last table: the most classes that fit with R100, FP16, Partial FC 0.1 and batch 64 on synthetic data, 1 and 8 devices.</source>
        <translation>报告的最后一个表：R100、FP16、Partial FC 0.1、批 64、合成数据下放得下的最多类别数，1 个和 8 个设备。</translation>
    </message>
</context>
<context>
    <name>ChartActions</name>
    <message>
        <source>Save the chart</source>
        <translation>保存图表</translation>
    </message>
    <message>
        <source>Pictures (*.png *.svg *.pdf)</source>
        <translation>图片 (*.png *.svg *.pdf)</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>已保存 %1</translation>
    </message>
</context>
<context>
    <name>Comparison</name>
    <message>
        <source>%1 against %2: %3</source>
        <translation>%1 对比 %2：%3</translation>
    </message>
</context>
<context>
    <name>DetailsText</name>
    <message>
        <source>Figures (partial: the run did not end by itself)</source>
        <translation>结果（部分：运行未自行结束）</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>Smallest to largest</source>
        <translation>最小至最大</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 至 %2</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95 % 区间</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>重复次数</translation>
    </message>
    <message>
        <source>Final loss</source>
        <translation>最终损失</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Arithmetic</source>
        <translation>运算速度</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Peak</source>
        <translation>峰值</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Plan against peak</source>
        <translation>计划相对峰值</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数量</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>前向</translation>
    </message>
    <message>
        <source>Backward</source>
        <translation>反向</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>分类头</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Communication</source>
        <translation>通信</translation>
    </message>
    <message>
        <source>Waiting for data</source>
        <translation>等待数据</translation>
    </message>
    <message>
        <source>A step&apos;s time</source>
        <translation>每步耗时</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>Dataset</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Cores</source>
        <translation>核心数</translation>
    </message>
    <message>
        <source>Governor</source>
        <translation>调频策略</translation>
    </message>
    <message>
        <source>Load before the run</source>
        <translation>运行前负载</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>驱动</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Source revision</source>
        <translation>源码版本</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Programs</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Framework</source>
        <translation>框架</translation>
    </message>
    <message>
        <source>Memory per GPU</source>
        <translation>每 GPU 显存</translation>
    </message>
    <message>
        <source>Largest number of classes</source>
        <translation>最大类别数</translation>
    </message>
    <message>
        <source>Parallelism</source>
        <translation>并行方式</translation>
    </message>
    <message>
        <source>Sample ratio</source>
        <translation>采样比例</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Nodes × GPUs</source>
        <translation>节点 × GPU</translation>
    </message>
    <message>
        <source>Batch per GPU</source>
        <translation>每 GPU 批大小</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别数</translation>
    </message>
    <message>
        <source>Hardware</source>
        <translation>硬件</translation>
    </message>
    <message>
        <source>Published rows were measured by their authors, on their machines and with windows of their own: Help says how they differ from ours.</source>
        <translation>已发表的数据由其作者在各自的机器上、以各自的测量区间测得；与本程序的差别见帮助。</translation>
    </message>
    <message>
        <source>%1, %2 of the device&apos;s peak</source>
        <translation>%1，为设备峰值的 %2</translation>
    </message>
    <message>
        <source>Ranks</source>
        <translation>进程数</translation>
    </message>
    <message>
        <source>Waited for, a step</source>
        <translation>每步等待</translation>
    </message>
    <message>
        <source>Bytes, a step</source>
        <translation>每步字节数</translation>
    </message>
    <message>
        <source>Rank %1</source>
        <translation>进程 %1</translation>
    </message>
    <message>
        <source>, cores %1</source>
        <translation>，核心 %1</translation>
    </message>
    <message>
        <source>Rank %1: %2</source>
        <translation>进程 %1：%2</translation>
    </message>
    <message>
        <source>Why it is as fast as it is</source>
        <translation>速度由什么决定</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Because</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>What to try</source>
        <translation>可以尝试</translation>
    </message>
    <message>
        <source>Imported from</source>
        <translation>导入自</translation>
    </message>
</context>
<context>
    <name>Diagnosis</name>
    <message>
        <source>%1 of the device&apos;s bound reached (arithmetic %2, memory %3)</source>
        <translation>达到设备上限的 %1（算力 %2，内存 %3）</translation>
    </message>
    <message>
        <source>%1 of the arithmetic peak, memory traffic not known</source>
        <translation>达到算力峰值的 %1，内存流量未知</translation>
    </message>
    <message>
        <source>share of the device&apos;s bound not known</source>
        <translation>达到设备上限的比例未知</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Waits for data</source>
        <translation>等待数据</translation>
    </message>
    <message>
        <source>Waits for other devices</source>
        <translation>等待其他设备</translation>
    </message>
    <message>
        <source>Throttled</source>
        <translation>降频</translation>
    </message>
    <message>
        <source>Near the device&apos;s limit</source>
        <translation>接近设备上限</translation>
    </message>
    <message>
        <source>Bound by memory bandwidth</source>
        <translation>受内存带宽限制</translation>
    </message>
    <message>
        <source>Idle between operations</source>
        <translation>算子之间空闲</translation>
    </message>
    <message>
        <source>Bound by its kernels</source>
        <translation>受计算内核限制</translation>
    </message>
    <message>
        <source>nothing was measured that tells</source>
        <translation>没有可供判断的测量值</translation>
    </message>
    <message>
        <source>data wait %1, communication %2 of a step</source>
        <translation>等待数据占一步的 %1，通信占 %2</translation>
    </message>
    <message>
        <source>%1 in no part of it</source>
        <translation>%1 不属于任何部分</translation>
    </message>
    <message>
        <source>throttled in %1 of the seconds (%2)</source>
        <translation>%1 的时间处于降频（%2）</translation>
    </message>
    <message>
        <source>device busy %1 of the time</source>
        <translation>设备忙碌时间占 %1</translation>
    </message>
    <message>
        <source>Try more data_threads, a faster disk, or synthetic data to see the difference.</source>
        <translation>可增加 data_threads、换更快的磁盘，或改用合成数据以观察差别。</translation>
    </message>
    <message>
        <source>Try a larger batch per device, partial_fc instead of data parallelism, or a faster link.</source>
        <translation>可增大每设备批大小，用 partial_fc 代替数据并行，或使用更快的链路。</translation>
    </message>
    <message>
        <source>Look at cooling and the power limit; the figure is lower than the device can do.</source>
        <translation>请检查散热与功率上限；该数值低于设备的能力。</translation>
    </message>
    <message>
        <source>A lower precision or a smaller network is what makes it faster.</source>
        <translation>只有更低的精度或更小的网络才能更快。</translation>
    </message>
    <message>
        <source>Try a lower precision (half the bytes); recompute costs more here.</source>
        <translation>可使用更低的精度（字节减半）；重计算在此代价更高。</translation>
    </message>
    <message>
        <source>Try a larger batch.</source>
        <translation>可增大批大小。</translation>
    </message>
    <message>
        <source>Try a larger batch or a lower precision.</source>
        <translation>可增大批大小或使用更低的精度。</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1：%2。</translation>
    </message>
</context>
<context>
    <name>DurationEstimator</name>
    <message>
        <source>an earlier run of the same configuration</source>
        <translation>同一配置的先前运行</translation>
    </message>
    <message>
        <source>an earlier run of the same network</source>
        <translation>同一网络的先前运行</translation>
    </message>
    <message>
        <source>an earlier run of another network</source>
        <translation>另一网络的先前运行</translation>
    </message>
    <message>
        <source>the plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>the number of CPU cores, a guess</source>
        <translation>CPU 核数（猜测）</translation>
    </message>
</context>
<context>
    <name>FieldText</name>
    <message>
        <source>Samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>Samples/s, smallest repeat</source>
        <translation>样本/秒，最小的一次</translation>
    </message>
    <message>
        <source>Samples/s, largest repeat</source>
        <translation>样本/秒，最大的一次</translation>
    </message>
    <message>
        <source>Samples/s, standard deviation</source>
        <translation>样本/秒，标准差</translation>
    </message>
    <message>
        <source>Samples/s, half 95 % interval</source>
        <translation>样本/秒，95 % 区间的一半</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>重复次数</translation>
    </message>
    <message>
        <source>Samples/s a device</source>
        <translation>每设备样本/秒</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>内存峰值</translation>
    </message>
    <message>
        <source>Share of the arithmetic peak</source>
        <translation>占运算峰值的比例</translation>
    </message>
    <message>
        <source>Share of the memory bandwidth</source>
        <translation>占内存带宽的比例</translation>
    </message>
    <message>
        <source>Forward, a step</source>
        <translation>每步前向</translation>
    </message>
    <message>
        <source>Backward, a step</source>
        <translation>每步反向</translation>
    </message>
    <message>
        <source>Head, a step</source>
        <translation>每步分类头</translation>
    </message>
    <message>
        <source>Optimizer, a step</source>
        <translation>每步优化器</translation>
    </message>
    <message>
        <source>Communication, a step</source>
        <translation>每步通信</translation>
    </message>
    <message>
        <source>Waiting for data, a step</source>
        <translation>每步等待数据</translation>
    </message>
    <message>
        <source>Final loss</source>
        <translation>最终损失</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Largest number of classes</source>
        <translation>最大类别数</translation>
    </message>
    <message>
        <source>What holds it back</source>
        <translation>限制因素</translation>
    </message>
    <message>
        <source>Hardware</source>
        <translation>硬件</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>驱动</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>Version of the framework</source>
        <translation>框架版本</translation>
    </message>
    <message>
        <source>Version of Arcmeter</source>
        <translation>Arcmeter 版本</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Cores</source>
        <translation>核心数</translation>
    </message>
    <message>
        <source>Governor</source>
        <translation>调频策略</translation>
    </message>
    <message>
        <source>Load before the run</source>
        <translation>运行前的负载</translation>
    </message>
    <message>
        <source>Memory of the machine</source>
        <translation>机器内存</translation>
    </message>
    <message>
        <source>Source revision</source>
        <translation>源码版本</translation>
    </message>
    <message>
        <source>Launcher</source>
        <translation>启动方式</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>环境</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s): %1</source>
        <translation>
            <numerusform>%n 行：%1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小时 %2 分钟</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>启动中</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>准备中</translation>
    </message>
    <message>
        <source>Warming up</source>
        <translation>预热中</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>测量中</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>data parallel</source>
        <translation>数据并行</translation>
    </message>
    <message>
        <source>model parallel</source>
        <translation>模型并行</translation>
    </message>
    <message>
        <source>Partial FC</source>
        <translation>Partial FC</translation>
    </message>
    <message>
        <source>DLPerf: 5 × 150 iterations</source>
        <translation>DLPerf：5 × 150 次迭代</translation>
    </message>
    <message>
        <source>Quick: 1 × 30 iterations</source>
        <translation>快速：1 × 30 次迭代</translation>
    </message>
    <message>
        <source>Steady: until within 1 %</source>
        <translation>稳定：直到误差在 1 % 以内</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>GPU (CUDA)</source>
        <translation>GPU (CUDA)</translation>
    </message>
    <message>
        <source>batch %1</source>
        <translation>批 %1</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>运行 %1</translation>
    </message>
    <message>
        <source>%1 × %2 devices</source>
        <translation>%1 × %2 设备</translation>
    </message>
    <message>
        <source>Other programs keep this machine busy (load %1); figures will be lower.</source>
        <translation>其他程序正占用这台机器（负载 %1）；结果会偏低。</translation>
    </message>
    <message>
        <source>The CPU governor is %1; &apos;performance&apos; gives steadier figures.</source>
        <translation>CPU 调频策略为 %1；使用 performance 结果更稳定。</translation>
    </message>
    <message>
        <source>This machine runs on battery; clocks may be held down.</source>
        <translation>这台机器正使用电池；频率可能受限。</translation>
    </message>
    <message>
        <source>Only %1 of memory is free.</source>
        <translation>只有 %1 内存空闲。</translation>
    </message>
    <message>
        <source>synthetic</source>
        <translation>合成数据</translation>
    </message>
</context>
<context>
    <name>HistoryCommands</name>
    <message numerus="yes">
        <source>delete %n run(s)</source>
        <translation>
            <numerusform>删除 %n 个运行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>tag %n run(s)</source>
        <translation>
            <numerusform>为 %n 个运行加标签</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>untag %n run(s)</source>
        <translation>
            <numerusform>移除 %n 个运行的标签</numerusform>
        </translation>
    </message>
    <message>
        <source>note</source>
        <translation>备注</translation>
    </message>
</context>
<context>
    <name>Import</name>
    <message>
        <source>a quote is opened and never closed</source>
        <translation>引号未闭合</translation>
    </message>
    <message>
        <source>a quote stands where none may</source>
        <translation>引号出现在不允许的位置</translation>
    </message>
    <message>
        <source>line %1: %2: %3</source>
        <translation>第 %1 行：%2：%3</translation>
    </message>
    <message>
        <source>Arcmeter&apos;s JSON</source>
        <translation>Arcmeter 的 JSON</translation>
    </message>
    <message>
        <source>rows as CSV</source>
        <translation>CSV 表格</translation>
    </message>
    <message>
        <source>log of a OneFlow training</source>
        <translation>OneFlow 训练日志</translation>
    </message>
    <message>
        <source>log of an MXNet training</source>
        <translation>MXNet 训练日志</translation>
    </message>
    <message>
        <source>log of an arcface_torch training</source>
        <translation>arcface_torch 训练日志</translation>
    </message>
    <message>
        <source>framework is empty; a row needs one</source>
        <translation>framework 为空；每行都必须有</translation>
    </message>
    <message>
        <source>neither samples_per_s nor max_num_classes is given</source>
        <translation>既没有 samples_per_s 也没有 max_num_classes</translation>
    </message>
    <message>
        <source>%1 cells where the header has %2</source>
        <translation>有 %1 个单元格，而表头有 %2 个</translation>
    </message>
    <message>
        <source>&apos;results&apos; is no list</source>
        <translation>“results”不是列表</translation>
    </message>
    <message>
        <source>&apos;results&apos; holds something that is no result</source>
        <translation>“results”中有不是结果的内容</translation>
    </message>
    <message>
        <source>no object with a row&apos;s columns</source>
        <translation>不是含有各列的对象</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is neither text nor a number</source>
        <translation>“%1”既不是文本也不是数字</translation>
    </message>
    <message>
        <source>no whole JSON object</source>
        <translation>不是完整的 JSON 对象</translation>
    </message>
    <message>
        <source>row %1</source>
        <translation>第 %1 行</translation>
    </message>
    <message>
        <source>longer than %1 bytes</source>
        <translation>超过 %1 字节</translation>
    </message>
    <message>
        <source>not UTF-8 text</source>
        <translation>不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>a control character (code %1)</source>
        <translation>控制字符（编码 %1）</translation>
    </message>
    <message>
        <source>its throughput is no positive number</source>
        <translation>吞吐量不是正数</translation>
    </message>
    <message>
        <source>a throughput line that is not whole</source>
        <translation>吞吐量行不完整</translation>
    </message>
    <message>
        <source>Median of %1 throughput lines, iterations %2 to %3; lowest %4, highest %5 samples/s.</source>
        <translation>%1 行吞吐量的中位数，迭代 %2 至 %3；最低 %4，最高 %5 样本/秒。</translation>
    </message>
    <message>
        <source>Each node&apos;s own lines, times %1 nodes.</source>
        <translation>每个节点各自的行，乘以 %1 个节点。</translation>
    </message>
    <message numerus="yes">
        <source>import of %n row(s)</source>
        <translation>
            <numerusform>导入 %n 行</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LiveData</name>
    <message>
        <source>Forward</source>
        <translation>前向</translation>
    </message>
    <message>
        <source>Backward</source>
        <translation>反向</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>分类头</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Communication</source>
        <translation>通信</translation>
    </message>
    <message>
        <source>Waiting for data</source>
        <translation>等待数据</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>第 %1 步</translation>
    </message>
    <message>
        <source>Repeat %1, iteration %2</source>
        <translation>第 %1 次重复，第 %2 次迭代</translation>
    </message>
    <message>
        <source>outlier</source>
        <translation>离群值</translation>
    </message>
    <message>
        <source>drift %1</source>
        <translation>漂移 %1</translation>
    </message>
    <message>
        <source>throttled</source>
        <translation>降频</translation>
    </message>
</context>
<context>
    <name>MemoryParts</name>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>工作区</translation>
    </message>
    <message>
        <source>Class centres</source>
        <translation>类中心</translation>
    </message>
    <message>
        <source>Their optimizer</source>
        <translation>类中心的优化器</translation>
    </message>
    <message>
        <source>Head activations</source>
        <translation>分类头激活</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Communication</source>
        <translation>通信</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Host memory besides</source>
        <translation>另需主机内存</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Work and data</source>
        <translation>工作区与数据</translation>
    </message>
    <message>
        <source>the largest value allowed</source>
        <translation>允许的最大值</translation>
    </message>
</context>
<context>
    <name>Queue</name>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>Not here</source>
        <translation>本机不可</translation>
    </message>
    <message>
        <source>%1 x %2 devices</source>
        <translation>%1 × %2 设备</translation>
    </message>
    <message>
        <source>largest batch</source>
        <translation>最大批</translation>
    </message>
    <message>
        <source>largest number of classes</source>
        <translation>最大类别数</translation>
    </message>
    <message numerus="yes">
        <source>remove %n entries from the queue</source>
        <translation>
            <numerusform>从队列移除 %n 个条目</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowFields</name>
    <message>
        <source>a whole number from 0</source>
        <translation>不小于 0 的整数</translation>
    </message>
    <message>
        <source>a number from 0</source>
        <translation>不小于 0 的数</translation>
    </message>
    <message>
        <source>0 or 1</source>
        <translation>0 或 1</translation>
    </message>
    <message>
        <source>finished, failed, stopped, interrupted</source>
        <translation>finished、failed、stopped、interrupted</translation>
    </message>
    <message>
        <source>a date as 2026-01-31T12:00:00Z</source>
        <translation>形如 2026-01-31T12:00:00Z 的日期</translation>
    </message>
    <message>
        <source>an address that begins with https://</source>
        <translation>以 https:// 开头的地址</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is no known column</source>
        <translation>“%1”不是已知的列</translation>
    </message>
    <message>
        <source>%1 is &apos;%2&apos;; allowed: %3</source>
        <translation>%1 为“%2”；允许：%3</translation>
    </message>
</context>
<context>
    <name>RunInsight</name>
    <message>
        <source>Repeat %1 (%2 samples/s) is an outlier, far from the others; it counts all the same.</source>
        <translation>第 %1 次重复（%2 样本/秒）是离群值，远离其他各次；仍然计入。</translation>
    </message>
    <message>
        <source>Repeat %1 drifts: its steps became %2 % slower from beginning to end.</source>
        <translation>第 %1 次重复有漂移：从头到尾每步变慢了 %2 %。</translation>
    </message>
    <message>
        <source>Repeat %1 drifts: its steps became %2 % faster from beginning to end.</source>
        <translation>第 %1 次重复有漂移：从头到尾每步变快了 %2 %。</translation>
    </message>
</context>
<context>
    <name>ScalingCurves</name>
    <message>
        <source>%1, projected</source>
        <translation>%1，预测</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>吞吐量</translation>
    </message>
    <message>
        <source>Speedup</source>
        <translation>加速比</translation>
    </message>
    <message>
        <source>Efficiency</source>
        <translation>效率</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>published</source>
        <translation>已发表</translation>
    </message>
    <message>
        <source>projected</source>
        <translation>预测</translation>
    </message>
</context>
<context>
    <name>SuiteCheck</name>
    <message>
        <source>Only Arcmeter&apos;s own engine searches for the largest value.</source>
        <translation>只有 Arcmeter 自己的引擎会查找最大值。</translation>
    </message>
    <message>
        <source>The peer %1 runs on one device.</source>
        <translation>对照程序 %1 只在一个设备上运行。</translation>
    </message>
    <message>
        <source>The peer %1 has synthetic data only.</source>
        <translation>对照程序 %1 只有合成数据。</translation>
    </message>
    <message>
        <source>It needs %1 GPUs; this machine has %2.</source>
        <translation>需要 %1 个 GPU；本机有 %2 个。</translation>
    </message>
    <message>
        <source>It needs a GPU: %1</source>
        <translation>需要 GPU：%1</translation>
    </message>
    <message>
        <source>It needs %1 devices; this machine has no GPU, and %2 CPU cores for as many ranks.</source>
        <translation>需要 %1 个设备；本机没有 GPU，只有 %2 个 CPU 核可供同样多的进程。</translation>
    </message>
    <message>
        <source>It does not fit: %1 needed, %2 there.</source>
        <translation>放不下：需要 %1，可用 %2。</translation>
    </message>
</context>
<context>
    <name>SweepDialog</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Parallelism</source>
        <translation>并行方式</translation>
    </message>
    <message>
        <source>Batch size a device</source>
        <translation>每设备批大小</translation>
    </message>
    <message>
        <source>Number of classes</source>
        <translation>类别数</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Devices (nodes x devices)</source>
        <translation>设备（节点 × 设备）</translation>
    </message>
    <message>
        <source>Recompute</source>
        <translation>重计算</translation>
    </message>
    <message>
        <source>Sample ratio</source>
        <translation>采样比例</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Precision of the momentum</source>
        <translation>动量精度</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>CPU threads</source>
        <translation>CPU 线程数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
</context>
<context>
    <name>TableSaver</name>
    <message>
        <source>Saved %1 rows to %2</source>
        <translation>已将 %1 行保存到 %2</translation>
    </message>
    <message>
        <source>Save the table</source>
        <translation>保存表格</translation>
    </message>
    <message>
        <source>The table cannot be saved as %1; allowed endings: %2.</source>
        <translation>表格不能保存为 %1；允许的扩展名：%2。</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source> (95 % interval %1 to %2 %)</source>
        <translation>（95 % 区间 %1 至 %2 %）</translation>
    </message>
    <message>
        <source>Too few repeats to tell: %1 against %2; a verdict needs at least %3 on each side.</source>
        <translation>重复次数太少，无法判断：%1 对 %2；每一侧至少需要 %3 次。</translation>
    </message>
    <message>
        <source>%1, Cliff&apos;s delta %2, %3 against %4 repeats</source>
        <translation>%1，Cliff&apos;s delta 为 %2，%3 次对 %4 次重复</translation>
    </message>
    <message>
        <source>Faster by %1 %%2: %3.</source>
        <translation>快 %1 %%2：%3。</translation>
    </message>
    <message>
        <source>Slower by %1 %%2: %3.</source>
        <translation>慢 %1 %%2：%3。</translation>
    </message>
    <message>
        <source>No difference that these repeats can tell: %1 %%2, %3.</source>
        <translation>这些重复看不出差别：%1 %%2，%3。</translation>
    </message>
</context>
<context>
    <name>arcmeter::app::HistoryModel</name>
    <message>
        <source>queued</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>启动中</translation>
    </message>
    <message>
        <source>preparing</source>
        <translation>准备中</translation>
    </message>
    <message>
        <source>warming up</source>
        <translation>预热中</translation>
    </message>
    <message>
        <source>measuring</source>
        <translation>测量中</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>%1 (partial)</source>
        <translation>%1（部分）</translation>
    </message>
    <message>
        <source>%1 (max)</source>
        <translation>%1（最大）</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Framework</source>
        <translation>框架</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Dataset</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Parallelism</source>
        <translation>并行方式</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Devices a node</source>
        <translation>每节点设备</translation>
    </message>
    <message>
        <source>Batch a device</source>
        <translation>每设备批大小</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别数</translation>
    </message>
    <message>
        <source>Samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95 % 区间</translation>
    </message>
    <message>
        <source>Memory, MiB</source>
        <translation>内存，MiB</translation>
    </message>
    <message>
        <source>Most classes</source>
        <translation>最多类别</translation>
    </message>
    <message>
        <source>Hardware</source>
        <translation>硬件</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>测量方法</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>%1 (imported)</source>
        <translation>%1（导入）</translation>
    </message>
    <message>
        <source>%1 (imported from %2)</source>
        <translation>%1（导入自 %2）</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
</context>
<context>
    <name>arcmeter::app::QueueRunner</name>
    <message>
        <source>The device was throttled: cooling down from %1 °C to %2 °C.</source>
        <translation>设备曾降频：正在从 %1 °C 冷却到 %2 °C。</translation>
    </message>
    <message>
        <source>The device was throttled: waiting a minute, because its temperature cannot be read.</source>
        <translation>设备曾降频：无法读取温度，等待一分钟。</translation>
    </message>
    <message>
        <source>Not even the least value runs.</source>
        <translation>最小的值也无法运行。</translation>
    </message>
    <message>
        <source>Skipped while it ran.</source>
        <translation>运行时被跳过。</translation>
    </message>
    <message>
        <source>Skipped before it ran.</source>
        <translation>运行前被跳过。</translation>
    </message>
</context>
<context>
    <name>arcmeter::app::StepTableModel</name>
    <message>
        <source>Repeat</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>Iteration</source>
        <translation>迭代</translation>
    </message>
    <message>
        <source>Samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>Step, ms</source>
        <translation>每步，毫秒</translation>
    </message>
    <message>
        <source>Data wait, ms</source>
        <translation>等待数据，毫秒</translation>
    </message>
    <message>
        <source>Forward, ms</source>
        <translation>前向，毫秒</translation>
    </message>
    <message>
        <source>Head, ms</source>
        <translation>分类头，毫秒</translation>
    </message>
    <message>
        <source>Backward, ms</source>
        <translation>反向，毫秒</translation>
    </message>
    <message>
        <source>Communication, ms</source>
        <translation>通信，毫秒</translation>
    </message>
    <message>
        <source>Optimizer, ms</source>
        <translation>优化器，毫秒</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Device memory, MiB</source>
        <translation>设备内存，MiB</translation>
    </message>
    <message>
        <source>Process memory, MiB</source>
        <translation>进程内存，MiB</translation>
    </message>
</context>
<context>
    <name>arcmeter::app::TorchPeer</name>
    <message>
        <source>The PyTorch peer is not installed beside this program.</source>
        <translation>本程序旁没有安装 PyTorch 对照程序。</translation>
    </message>
    <message>
        <source>%1 could not be started.</source>
        <translation>无法启动 %1。</translation>
    </message>
    <message>
        <source>%1 has no torch.</source>
        <translation>%1 没有 torch。</translation>
    </message>
    <message>
        <source>%1 did not answer within 20 s.</source>
        <translation>%1 在 20 秒内没有回答。</translation>
    </message>
    <message>
        <source>%1 cannot run the PyTorch peer: %2</source>
        <translation>%1 无法运行 PyTorch 对照程序：%2</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::BarChart</name>
    <message>
        <source>A chart of the table before it</source>
        <translation>前一个表的图</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::BatchScriptDialog</name>
    <message>
        <source>Slurm batch script</source>
        <translation>Slurm 批处理脚本</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Save as…</source>
        <translation>另存为(&amp;S)…</translation>
    </message>
    <message>
        <source>Run starts these ranks for you. To hand them in yourself, save the script and give it to sbatch; the events of every repeat are its output.</source>
        <translation>“运行”会替您启动这些进程。若要自行提交，请保存脚本并交给 sbatch；其输出为每次重复的事件。</translation>
    </message>
    <message>
        <source>Save the batch script</source>
        <translation>保存批处理脚本</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>已保存为 %1</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::Chart</name>
    <message>
        <source>Save chart as…</source>
        <translation>图表另存为…</translation>
    </message>
    <message>
        <source>Copy chart as picture</source>
        <translation>将图表复制为图片</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Save, copy, reset the zoom</source>
        <translation>保存、复制、重置缩放</translation>
    </message>
    <message>
        <source>Menu of the chart %1</source>
        <translation>图表“%1”的菜单</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ChartCanvas</name>
    <message>
        <source>Step %1</source>
        <translation>第 %1 步</translation>
    </message>
    <message>
        <source>%1: last %2</source>
        <translation>%1：最近 %2</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>合计</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::CompareCharts</name>
    <message>
        <source>Throughput</source>
        <translation>吞吐量</translation>
    </message>
    <message>
        <source>samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Iteration</source>
        <translation>迭代</translation>
    </message>
    <message>
        <source>Time, in seconds</source>
        <translation>时间（秒）</translation>
    </message>
    <message>
        <source>Axis of the curves</source>
        <translation>曲线的横轴</translation>
    </message>
    <message>
        <source>Repeats follow one another. By time, each step takes the room that it took; the slowest of several that fall together is drawn.</source>
        <translation>各次重复首尾相接。按时间时，每一步占用它实际所用的时间；落在一起的几步中画出最慢的一步。</translation>
    </message>
    <message>
        <source>Curves by</source>
        <translation>曲线按</translation>
    </message>
    <message>
        <source>Published and imported rows have no curves; their figures are levels.</source>
        <translation>已发表和导入的行没有曲线；其数值画成水平线。</translation>
    </message>
    <message>
        <source>Iteration %1</source>
        <translation>第 %1 次迭代</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::CompareModel</name>
    <message>
        <source>Name in exports and on the command line: %1</source>
        <translation>导出和命令行中的名称：%1</translation>
    </message>
    <message>
        <source>The machine or its software differs: figures may differ for that alone.</source>
        <translation>机器或其软件不同：仅此一点就可能使数值不同。</translation>
    </message>
    <message>
        <source>differs between the machines</source>
        <translation>机器之间不同</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Baseline: %1</source>
        <translation>基准：%1</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ComparePage</name>
    <message numerus="yes">
        <source>Baseline, %n repeat(s)</source>
        <translation>
            <numerusform>基准，%n 次重复</numerusform>
        </translation>
    </message>
    <message>
        <source>All fields</source>
        <translation>全部字段</translation>
    </message>
    <message>
        <source>Fields of the compared sides</source>
        <translation>所比较各方的字段</translation>
    </message>
    <message>
        <source>Compared sides with their verdicts</source>
        <translation>所比较的各方及其结论</translation>
    </message>
    <message>
        <source>The verdict is a Mann-Whitney test between repeats, never iterations.</source>
        <translation>结论来自各次重复（绝非迭代）之间的 Mann-Whitney 检验。</translation>
    </message>
    <message>
        <source>Also what is the same on every side</source>
        <translation>也显示各方相同的内容</translation>
    </message>
    <message>
        <source>Add rows…</source>
        <translation>添加行…</translation>
    </message>
    <message>
        <source>Choose in History</source>
        <translation>在历史中选择</translation>
    </message>
    <message>
        <source>Put runs, published and imported rows side by side: what differs, by how much, and whether the repeats can tell. Add them here, or select them in History and press C. Kept comparisons are under Saved.</source>
        <translation>把运行、已发表和导入的行并列：有何不同、相差多少、各次重复能否说明。可在这里添加，或在历史中选中后按 C。保存过的比较在“已保存”中。</translation>
    </message>
    <message>
        <source>Nothing is compared yet</source>
        <translation>尚未比较任何内容</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Rows: %1</source>
        <translation>行：%1</translation>
    </message>
    <message>
        <source>One side alone: add another to see what differs.</source>
        <translation>只有一方：再添加一方即可看到不同之处。</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n field(s) differ; ⚠ marks the machine and its software</source>
        <translation>
            <numerusform>%n 个字段中有 %1 个不同；⚠ 标出机器及其软件的不同</numerusform>
        </translation>
    </message>
    <message>
        <source>Make baseline</source>
        <translation>设为基准</translation>
    </message>
    <message>
        <source>Group the selected</source>
        <translation>合并所选</translation>
    </message>
    <message>
        <source>Group alike</source>
        <translation>合并相同配置</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Finds runs, published and imported rows (Insert)</source>
        <translation>查找运行、已发表和导入的行（Insert）</translation>
    </message>
    <message>
        <source>The others are compared with the selected side (B)</source>
        <translation>其余各方与所选的一方比较（B）</translation>
    </message>
    <message>
        <source>The repeats of the selected sides together are one side (G)</source>
        <translation>所选各方的重复合为一方（G）</translation>
    </message>
    <message>
        <source>Runs of the same configuration on the same machine become one side</source>
        <translation>同一机器上相同配置的运行合为一方</translation>
    </message>
    <message>
        <source>Each row of the selected groups is a side of its own (Shift+G)</source>
        <translation>所选各组的每一行各自成为一方（Shift+G）</translation>
    </message>
    <message>
        <source>Takes the selected sides out of the comparison (Delete)</source>
        <translation>把所选各方移出比较（Delete）</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Repeats of several rows as one side, and apart again</source>
        <translation>把多行的重复合为一方，或重新拆开</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>Open, keep, rename or delete a comparison</source>
        <translation>打开、保存、重命名或删除比较</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Save table…</source>
        <translation>保存表格…</translation>
    </message>
    <message>
        <source>Copy table as TSV</source>
        <translation>将表格复制为 TSV</translation>
    </message>
    <message>
        <source>Throughput as a picture…</source>
        <translation>吞吐量图保存为图片…</translation>
    </message>
    <message>
        <source>Memory as a picture…</source>
        <translation>内存图保存为图片…</translation>
    </message>
    <message>
        <source>add to the comparison</source>
        <translation>添加到比较</translation>
    </message>
    <message numerus="yes">
        <source>At most %1 sides are compared, each once; %n row(s) left out.</source>
        <translation>
            <numerusform>最多比较 %1 方，每方一次；%n 行未加入。</numerusform>
        </translation>
    </message>
    <message>
        <source>choose the baseline</source>
        <translation>选择基准</translation>
    </message>
    <message>
        <source>group sides</source>
        <translation>合并各方</translation>
    </message>
    <message>
        <source>No two sides have the same configuration on the same machine.</source>
        <translation>没有两方在同一机器上具有相同配置。</translation>
    </message>
    <message>
        <source>group alike sides</source>
        <translation>合并相同配置的各方</translation>
    </message>
    <message>
        <source>That would be %1 sides; at most %2 can be told apart.</source>
        <translation>那将有 %1 方；最多能区分 %2 方。</translation>
    </message>
    <message>
        <source>split groups</source>
        <translation>拆分组</translation>
    </message>
    <message>
        <source>remove from the comparison</source>
        <translation>从比较中移除</translation>
    </message>
    <message numerus="yes">
        <source>Removed %n side(s).</source>
        <translation>
            <numerusform>已移除 %n 方。</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>No comparison is kept yet</source>
        <translation>尚未保存任何比较</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Save the comparison</source>
        <translation>保存比较</translation>
    </message>
    <message>
        <source>Name of the comparison:</source>
        <translation>比较的名称：</translation>
    </message>
    <message>
        <source>Rename the comparison</source>
        <translation>重命名比较</translation>
    </message>
    <message>
        <source>New name of the comparison:</source>
        <translation>比较的新名称：</translation>
    </message>
    <message>
        <source>open the comparison %1</source>
        <translation>打开比较 %1</translation>
    </message>
    <message>
        <source>save the comparison</source>
        <translation>保存比较</translation>
    </message>
    <message>
        <source>Replaced the comparison %1.</source>
        <translation>已替换比较 %1。</translation>
    </message>
    <message>
        <source>Saved the comparison %1.</source>
        <translation>已保存比较 %1。</translation>
    </message>
    <message>
        <source>rename the comparison</source>
        <translation>重命名比较</translation>
    </message>
    <message>
        <source>delete the comparison</source>
        <translation>删除比较</translation>
    </message>
    <message>
        <source>Deleted the comparison %1.</source>
        <translation>已删除比较 %1。</translation>
    </message>
    <message>
        <source>Compared</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>%1 (changed)</source>
        <translation>%1（已更改）</translation>
    </message>
    <message>
        <source>Copied the comparison.</source>
        <translation>已复制比较。</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ComparePicker</name>
    <message>
        <source>Add to the comparison</source>
        <translation>添加到比较</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add as one group</source>
        <translation>作为一组添加</translation>
    </message>
    <message>
        <source>Their repeats together are one side, as if they were one run</source>
        <translation>它们的重复合为一方，如同一次运行</translation>
    </message>
    <message>
        <source>Choose runs, published and imported rows; Ctrl or Shift chooses several.</source>
        <translation>选择运行、已发表和导入的行；按住 Ctrl 或 Shift 可选多行。</translation>
    </message>
    <message>
        <source>Runs, published and imported rows</source>
        <translation>运行、已发表和导入的行</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) chosen</source>
        <translation>
            <numerusform>已选 %n 行</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ConfigForm</name>
    <message>
        <source>Empty</source>
        <translation>空值</translation>
    </message>
    <message>
        <source>%1 cannot be used. Allowed: %2.</source>
        <translation>%1 不可用。允许：%2。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别数</translation>
    </message>
    <message>
        <source>Parallelism</source>
        <translation>并行方式</translation>
    </message>
    <message>
        <source>Sample ratio</source>
        <translation>采样比例</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>测量方法</translation>
    </message>
    <message>
        <source>More settings</source>
        <translation>更多设置</translation>
    </message>
    <message>
        <source>the method&apos;s own</source>
        <translation>由测量方法决定</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Combined</source>
        <translation>组合</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>The model&apos;s own</source>
        <translation>由模型决定</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>重复次数</translation>
    </message>
    <message>
        <source>Iterations</source>
        <translation>迭代数</translation>
    </message>
    <message>
        <source>Warm-up</source>
        <translation>预热</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>内存上限</translation>
    </message>
    <message>
        <source>none; or 16GiB</source>
        <translation>无；或如 16GiB</translation>
    </message>
    <message>
        <source>Recompute</source>
        <translation>重计算</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>不重计算</translation>
    </message>
    <message>
        <source>CPU threads</source>
        <translation>CPU 线程</translation>
    </message>
    <message>
        <source>Data threads</source>
        <translation>数据线程</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Scale rate with batch</source>
        <translation>学习率随批缩放</translation>
    </message>
    <message>
        <source>Rate steps</source>
        <translation>学习率步点</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Rate scales</source>
        <translation>学习率系数</translation>
    </message>
    <message>
        <source>Momentum</source>
        <translation>动量</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>权重衰减</translation>
    </message>
    <message>
        <source>BatchNorm eps</source>
        <translation>BatchNorm eps</translation>
    </message>
    <message>
        <source>the model&apos;s own</source>
        <translation>由模型决定</translation>
    </message>
    <message>
        <source>Input scale</source>
        <translation>输入缩放</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Deterministic</source>
        <translation>确定性</translation>
    </message>
    <message>
        <source>the dataset&apos;s own</source>
        <translation>由数据集决定</translation>
    </message>
    <message>
        <source>This CPU computes in %1</source>
        <translation>此 CPU 支持的精度：%1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1 is not installed. On Debian: apt install %2</source>
        <translation>未安装 %1。在 Debian 上：apt install %2</translation>
    </message>
    <message>
        <source>Devices a node</source>
        <translation>每节点设备数</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点数</translation>
    </message>
    <message>
        <source>Launcher</source>
        <translation>启动方式</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>mpirun</source>
        <translation>mpirun</translation>
    </message>
    <message>
        <source>Slurm</source>
        <translation>Slurm</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>names, one for each node</source>
        <translation>主机名，每节点一个</translation>
    </message>
    <message>
        <source>GPUs of a node</source>
        <translation>节点上的 GPU</translation>
    </message>
    <message>
        <source>the first ones</source>
        <translation>从第一块起</translation>
    </message>
    <message>
        <source>Gradient bucket</source>
        <translation>梯度桶大小</translation>
    </message>
    <message>
        <source>Gradients travel as</source>
        <translation>梯度传输精度</translation>
    </message>
    <message>
        <source>Rank time-out, s</source>
        <translation>进程超时，秒</translation>
    </message>
    <message>
        <source>Max</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>Finds the largest number of classes that fits</source>
        <translation>查找放得下的最大类别数</translation>
    </message>
    <message>
        <source>Finds the largest batch size that fits</source>
        <translation>查找放得下的最大批大小</translation>
    </message>
    <message>
        <source>BatchNorm and PReLU</source>
        <translation>BatchNorm 与 PReLU</translation>
    </message>
    <message>
        <source>Whole units</source>
        <translation>整个单元</translation>
    </message>
    <message>
        <source>Class centres in</source>
        <translation>类中心精度</translation>
    </message>
    <message>
        <source>Their momentum in</source>
        <translation>类中心动量精度</translation>
    </message>
    <message>
        <source>Class state lies</source>
        <translation>类中心状态位于</translation>
    </message>
    <message>
        <source>On the device</source>
        <translation>在设备上</translation>
    </message>
    <message>
        <source>Momentum in host memory</source>
        <translation>动量在主机内存</translation>
    </message>
    <message>
        <source>All in host memory</source>
        <translation>全部在主机内存</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::DatasetPicker</name>
    <message>
        <source>Set its folder…</source>
        <translation>设置其文件夹…</translation>
    </message>
    <message>
        <source>Dataset</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Browse for a folder…</source>
        <translation>浏览文件夹…</translation>
    </message>
    <message>
        <source>Folder that holds train.rec, train.idx and property</source>
        <translation>包含 train.rec、train.idx 和 property 的文件夹</translation>
    </message>
    <message>
        <source>Its folder is not set: synthetic data with %1 classes, and tables say so.</source>
        <translation>未设置其文件夹：使用 %1 类的合成数据，各表格也会注明。</translation>
    </message>
    <message>
        <source>There is no train.rec in %1.</source>
        <translation>%1 中没有 train.rec。</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::DeviceCharts</name>
    <message>
        <source>Utilization</source>
        <translation>利用率</translation>
    </message>
    <message>
        <source>% of the device</source>
        <translation>设备的 %</translation>
    </message>
    <message>
        <source>Memory in use</source>
        <translation>已用内存</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>功率</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>°C</source>
        <translation>°C</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>时钟频率</translation>
    </message>
    <message>
        <source>MHz</source>
        <translation>MHz</translation>
    </message>
    <message>
        <source>Loss or a quantity of the device</source>
        <translation>损失或设备的某项读数</translation>
    </message>
    <message>
        <source>Second %1</source>
        <translation>第 %1 秒</translation>
    </message>
    <message>
        <source>Throttled</source>
        <translation>降频</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::DropHint</name>
    <message>
        <source>Drop files to import them</source>
        <translation>放下文件即可导入</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::EngineProbe</name>
    <message>
        <source>%1 could not be started: %2.</source>
        <translation>无法启动 %1：%2。</translation>
    </message>
    <message>
        <source>%1 does not say which devices it sees.</source>
        <translation>%1 没有报告可见的设备。</translation>
    </message>
    <message>
        <source>%1 does not say which devices it sees: %2</source>
        <translation>%1 没有报告可见的设备：%2</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::EntryModel</name>
    <message>
        <source>Judged by %1</source>
        <translation>依据：%1</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>Takes about</source>
        <translation>约需</translation>
    </message>
    <message>
        <source>Why not here</source>
        <translation>本机不可的原因</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::EntryView</name>
    <message>
        <source>&amp;All that can run</source>
        <translation>全部可运行的(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Take turns (A B A B)</source>
        <translation>轮流进行 (A B A B)(&amp;T)</translation>
    </message>
    <message>
        <source>Add to &amp;queue</source>
        <translation>加入队列(&amp;Q)</translation>
    </message>
    <message>
        <source>Add and &amp;start</source>
        <translation>加入并开始(&amp;S)</translation>
    </message>
    <message>
        <source>Configurations</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>Repeats of the configurations alternate, so that a machine that warms up slows all of them alike. Needs a method of several repeats.</source>
        <translation>各配置的重复交替进行，机器发热变慢时对它们的影响相同。需要有多次重复的方法。</translation>
    </message>
    <message>
        <source>There is no engine to ask. Set its path in the settings.</source>
        <translation>没有可询问的引擎。请在设置中指定其路径。</translation>
    </message>
    <message numerus="yes">
        <source>%n configurations; asking the engine which of them fit …</source>
        <translation>
            <numerusform>%n 个配置；正在询问引擎哪些放得下…</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 chosen; this machine can run %3</source>
        <translation>已选 %1 / %2；本机可运行 %3</translation>
    </message>
    <message>
        <source>%1. About %2.</source>
        <translation>%1。约 %2。</translation>
    </message>
    <message>
        <source>%1. How long it takes is not known yet.</source>
        <translation>%1。所需时间尚不可知。</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::FieldRow</name>
    <message>
        <source>Allowed</source>
        <translation>允许</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::FilterBar</name>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Search every column</source>
        <translation>搜索所有列</translation>
    </message>
    <message>
        <source>Search the history</source>
        <translation>搜索历史</translation>
    </message>
    <message>
        <source>All rows</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Runs or published rows</source>
        <translation>运行或已发表数据</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>已发表</translation>
    </message>
    <message>
        <source>Any model</source>
        <translation>任意模型</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Any dataset</source>
        <translation>任意数据集</translation>
    </message>
    <message>
        <source>Dataset</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Any precision</source>
        <translation>任意精度</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Any framework</source>
        <translation>任意框架</translation>
    </message>
    <message>
        <source>Framework</source>
        <translation>框架</translation>
    </message>
    <message>
        <source>Any state</source>
        <translation>任意状态</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Any tag</source>
        <translation>任意标签</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>导入</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::HelpWindow</name>
    <message>
        <source>en</source>
        <comment>code of the language that help is shown in</comment>
        <translation>zh_CN</translation>
    </message>
    <message>
        <source>Arcmeter help</source>
        <translation>Arcmeter 帮助</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>About Arcmeter</source>
        <translation>关于 Arcmeter</translation>
    </message>
    <message>
        <source>&lt;b&gt;Arcmeter %1&lt;/b&gt;</source>
        <translation>&lt;b&gt;Arcmeter %1&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Explore how fast face-recognition networks train.

Engine: %1
Qt %2

The window and the command line are free software under the GPL, version 3 or later; the engine is under the Apache License 2.0.</source>
        <translation>了解人脸识别网络训练得有多快。

引擎：%1
Qt %2

窗口与命令行程序为自由软件，采用 GPL 第 3 版或更新版本；引擎采用 Apache 许可证 2.0。</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::HistoryPage</name>
    <message>
        <source>Details of the selected row</source>
        <translation>所选行的详情</translation>
    </message>
    <message>
        <source>Runs and published rows</source>
        <translation>运行与已发表数据</translation>
    </message>
    <message>
        <source>Show on live charts</source>
        <translation>显示在实时图表</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>打开运行</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>再次运行</translation>
    </message>
    <message>
        <source>Tag…</source>
        <translation>标签…</translation>
    </message>
    <message>
        <source>Note…</source>
        <translation>备注…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Shows the run&apos;s charts and steps on the Live page</source>
        <translation>在“实时”页显示该运行的图表和各步</translation>
    </message>
    <message>
        <source>Remove tag</source>
        <translation>移除标签</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Copy rows as TSV</source>
        <translation>将行复制为 TSV</translation>
    </message>
    <message>
        <source>Save the run&apos;s steps…</source>
        <translation>保存该运行的各步…</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n row(s)</source>
        <translation>
            <numerusform>%1 / %n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>Select a row to see everything about it.</source>
        <translation>选择一行以查看其全部信息。</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) selected</source>
        <translation>
            <numerusform>已选 %n 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deleted %n run(s).</source>
        <translation>
            <numerusform>已删除 %n 个运行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Tag runs</source>
        <translation>为运行加标签</translation>
    </message>
    <message>
        <source>Tag for the selected runs:</source>
        <translation>所选运行的标签：</translation>
    </message>
    <message>
        <source>No tags</source>
        <translation>没有标签</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Note on run %1:</source>
        <translation>运行 %1 的备注：</translation>
    </message>
    <message numerus="yes">
        <source>Copied %n row(s).</source>
        <translation>
            <numerusform>已复制 %n 行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Save table…</source>
        <translation>保存表格…</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Puts the selected rows side by side on the Compare page (C)</source>
        <translation>在比较页面中并列显示所选的行（C）</translation>
    </message>
    <message>
        <source>Draws the selected rows dashed into the live charts (L)</source>
        <translation>把所选的行以虚线画入实时图表（L）</translation>
    </message>
    <message>
        <source>Reading run %1…</source>
        <translation>正在读取运行 %1…</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ImportDialog</name>
    <message>
        <source>Lines that could not be read</source>
        <translation>无法读取的行</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Rows to be imported</source>
        <translation>将导入的行</translation>
    </message>
    <message>
        <source>Files read</source>
        <translation>已读取的文件</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>导入(&amp;I)</translation>
    </message>
    <message>
        <source>A log does not say everything: fill in what is missing (F2 or a double click) before you import.</source>
        <translation>日志并不说明一切：导入前请填写缺少的内容（F2 或双击）。</translation>
    </message>
    <message>
        <source>It is imported already.</source>
        <translation>已经导入过。</translation>
    </message>
    <message numerus="yes">
        <source>%1: %2, %n row(s)</source>
        <translation>
            <numerusform>%1：%2，%n 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>; %n line(s) could not be read</source>
        <translation>
            <numerusform>；%n 行无法读取</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Import %n row(s)</source>
        <translation>
            <numerusform>导入 %n 行(&amp;I)</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>There is nothing to import.</source>
        <translation>没有可导入的内容。</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ImportModel</name>
    <message>
        <source>%1 is &apos;%2&apos;; allowed: whole numbers from 1 on, or nothing.</source>
        <translation>%1 为“%2”；允许：从 1 起的整数，或留空。</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Framework</source>
        <translation>框架</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Dataset</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Parallelism</source>
        <translation>并行方式</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Devices a node</source>
        <translation>每节点设备</translation>
    </message>
    <message>
        <source>Batch a device</source>
        <translation>每设备批大小</translation>
    </message>
    <message>
        <source>samples/s</source>
        <translation>样本/秒</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::LimitDialog</name>
    <message>
        <source>Values tried</source>
        <translation>试过的值</translation>
    </message>
    <message>
        <source>Each value is proven by 20 iterations in a fresh process; the next step has to fail. Every run is stored in History, tagged &apos;search&apos;.</source>
        <translation>每个值都以新进程中的 20 次迭代来证实；下一步必须失败。每次运行都存入历史，标签为 &apos;search&apos;。</translation>
    </message>
    <message>
        <source>&amp;Prove by running</source>
        <translation>运行证实(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>继续(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Use</source>
        <translation>采用(&amp;U)</translation>
    </message>
    <message>
        <source>Goes on with the stopped search: what it has proven stays</source>
        <translation>继续已停止的查找：已证实的结果保留</translation>
    </message>
    <message>
        <source>S&amp;ave</source>
        <translation>保存(&amp;A)</translation>
    </message>
    <message>
        <source>Picture of the curve …</source>
        <translation>曲线图片…</translation>
    </message>
    <message>
        <source>Table of the values tried …</source>
        <translation>试过的值的表格…</translation>
    </message>
    <message>
        <source>Images a device and step</source>
        <translation>每设备每步图像数</translation>
    </message>
    <message>
        <source>Number of classes</source>
        <translation>类别数</translation>
    </message>
    <message>
        <source>Planning …</source>
        <translation>正在计划…</translation>
    </message>
    <message>
        <source>Largest batch size</source>
        <translation>最大批大小</translation>
    </message>
    <message>
        <source>Largest number of classes</source>
        <translation>最大类别数</translation>
    </message>
    <message>
        <source>By the plan nothing fits into %1: the least value needs %2.</source>
        <translation>按计划，%1 什么也放不下：最小值需要 %2。</translation>
    </message>
    <message>
        <source>By the plan %1 fits, the largest value allowed.</source>
        <translation>按计划 %1 放得下，这是允许的最大值。</translation>
    </message>
    <message>
        <source>By the plan %1 fits into %2. What grows: %3; the next step needs %4.</source>
        <translation>按计划 %1 可放入 %2。增长的是：%3；下一步需要 %4。</translation>
    </message>
    <message>
        <source>Proven: %1 runs, the next step does not. It would need %2.</source>
        <translation>已证实：%1 能运行，下一步不能，它需要 %2。</translation>
    </message>
    <message>
        <source>Not even the least value runs.</source>
        <translation>连最小值也无法运行。</translation>
    </message>
    <message>
        <source>Stopped. %1 is proven to run; more may.</source>
        <translation>已停止。%1 已证实能运行；更大的也许可以。</translation>
    </message>
    <message>
        <source>Stopped. Nothing is proven yet.</source>
        <translation>已停止。尚无任何证实。</translation>
    </message>
    <message>
        <source>Searching …</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>A run is going: stop it or wait for its end</source>
        <translation>有运行正在进行：请停止它或等它结束</translation>
    </message>
    <message>
        <source>&amp;Use %1</source>
        <translation>采用 %1(&amp;U)</translation>
    </message>
    <message numerus="yes">
        <source>%1. Arcmeter %2, by the engine&apos;s plan and %n run(s).</source>
        <translation>
            <numerusform>%1。Arcmeter %2，依据引擎的计划和 %n 次运行。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::LivePage</name>
    <message>
        <source>Steps: the charts&apos; figures as a table</source>
        <translation>各步：图表数据的表格形式</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>吞吐量</translation>
    </message>
    <message>
        <source>samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Where the step&apos;s time goes</source>
        <translation>每步时间的去向</translation>
    </message>
    <message>
        <source>ms a step</source>
        <translation>毫秒/步</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Warm-up, not counted</source>
        <translation>预热，不计入</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>再次运行</translation>
    </message>
    <message>
        <source>At most %1 rows are compared at once, each once.</source>
        <translation>同时最多比较 %1 行，每行一次。</translation>
    </message>
    <message>
        <source>This run</source>
        <translation>本次运行</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>运行 %1</translation>
    </message>
    <message>
        <source>driver %1</source>
        <translation>驱动 %1</translation>
    </message>
    <message>
        <source>Steps drift</source>
        <translation>步时漂移</translation>
    </message>
    <message>
        <source>Throttled</source>
        <translation>降频</translation>
    </message>
    <message>
        <source>Outlier</source>
        <translation>离群值</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::MainWindow</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Engine and device</source>
        <translation>引擎与设备</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>已复制：%1</translation>
    </message>
    <message>
        <source>A run is going: open this one afterwards, or show it on the live charts.</source>
        <translation>有运行正在进行：请稍后再打开，或将其显示在实时图表中。</translation>
    </message>
    <message>
        <source>No engine</source>
        <translation>没有引擎</translation>
    </message>
    <message>
        <source>No GPU: %1</source>
        <translation>没有 GPU：%1</translation>
    </message>
    <message>
        <source>A run is going</source>
        <translation>有运行正在进行</translation>
    </message>
    <message>
        <source>Stop the run and quit? What was measured so far is kept.</source>
        <translation>停止运行并退出？已测得的结果会保留。</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>停止并退出</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Export history…</source>
        <translation>导出历史(&amp;E)…</translation>
    </message>
    <message>
        <source>Export the run&apos;s &amp;steps…</source>
        <translation>导出该运行的各步(&amp;S)…</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>设置(&amp;T)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Copy rows as TSV</source>
        <translation>将行复制为 TSV(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Find in history</source>
        <translation>在历史中查找(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Arcmeter help</source>
        <translation>Arcmeter 帮助(&amp;A)</translation>
    </message>
    <message>
        <source>A&amp;bout Arcmeter</source>
        <translation>关于 Arcmeter(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>Run a&amp;gain</source>
        <translation>再次运行(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Quick look (no GPU)</source>
        <translation>快速体验（无需 GPU）(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Live</source>
        <translation>实时(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;History</source>
        <translation>历史(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;New-run panel</source>
        <translation>新运行面板(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>颜色(&amp;C)</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>全屏(&amp;F)</translation>
    </message>
    <message>
        <source>Scaling</source>
        <translation>扩展性</translation>
    </message>
    <message>
        <source>&amp;Scaling</source>
        <translation>扩展性(&amp;S)</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Co&amp;mpare</source>
        <translation>比较(&amp;M)</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>The queue is measuring: add this to it, or stop it first</source>
        <translation>队列正在测量：请加入队列，或先停止它</translation>
    </message>
    <message>
        <source>One run at a time: stop the present one first</source>
        <translation>一次只能进行一个运行：请先停止当前运行</translation>
    </message>
    <message>
        <source>Import results</source>
        <translation>导入结果</translation>
    </message>
    <message>
        <source>Results and logs (*.json *.jsonl *.csv *.log *.txt *.out);;All files (*)</source>
        <translation>结果与日志 (*.json *.jsonl *.csv *.log *.txt *.out);;所有文件 (*)</translation>
    </message>
    <message numerus="yes">
        <source>Imported %n row(s).</source>
        <translation>
            <numerusform>已导入 %n 行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>A&amp;dd to queue</source>
        <translation>加入队列(&amp;D)</translation>
    </message>
    <message>
        <source>S&amp;tart the queue</source>
        <translation>开始队列(&amp;T)</translation>
    </message>
    <message>
        <source>S&amp;uites…</source>
        <translation>套件(&amp;U)…</translation>
    </message>
    <message>
        <source>S&amp;weep…</source>
        <translation>扫描(&amp;W)…</translation>
    </message>
    <message>
        <source>&amp;Report</source>
        <translation>报告(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Queue</source>
        <translation>队列(&amp;Q)</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>新运行</translation>
    </message>
    <message>
        <source>A sweep starts from the New-run panel: mend this first. %1</source>
        <translation>扫描以新运行面板为起点：请先改正。%1</translation>
    </message>
    <message numerus="yes">
        <source>The queue still holds %n configurations from before.</source>
        <translation>
            <numerusform>队列中还有之前留下的 %n 个配置。</numerusform>
        </translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>The engine %1 is not here now: see the settings.</source>
        <translation>引擎 %1 目前不可用：请查看设置。</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::MemoryBar</name>
    <message>
        <source>Memory by part</source>
        <translation>内存构成</translation>
    </message>
    <message>
        <source>Free: %1</source>
        <translation>空闲：%1</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::MemoryCurve</name>
    <message>
        <source>From %1 at %2 to %3 at %4; the limit is %5, reached at %6.</source>
        <translation>从 %2 处的 %1 到 %4 处的 %3；上限为 %5，在 %6 处达到。</translation>
    </message>
    <message>
        <source>Limit %1</source>
        <translation>上限 %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::MessageBar</name>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>关闭消息</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::NewRunPanel</name>
    <message>
        <source>New run</source>
        <translation>新运行</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Copy as command</source>
        <translation>复制为命令(&amp;C)</translation>
    </message>
    <message>
        <source>Copies the arcmeter-cli command that does the same</source>
        <translation>复制效果相同的 arcmeter-cli 命令</translation>
    </message>
    <message>
        <source>Your own settings</source>
        <translation>自定义设置</translation>
    </message>
    <message>
        <source>&amp;Batch script</source>
        <translation>批处理脚本(&amp;B)</translation>
    </message>
    <message>
        <source>Shows the Slurm script that runs this, to be copied or saved</source>
        <translation>显示运行此配置的 Slurm 脚本，可复制或保存</translation>
    </message>
    <message>
        <source>%1 ranks share %2 cores of this machine: the figure says little about scaling.</source>
        <translation>%1 个进程共用本机的 %2 个核心：该结果不能说明扩展性。</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Who trains: Arcmeter&apos;s own engine, or another framework on the same charts</source>
        <translation>由谁训练：Arcmeter 自己的引擎，或同一图表上的其他框架</translation>
    </message>
    <message>
        <source>Looking for PyTorch …</source>
        <translation>正在查找 PyTorch…</translation>
    </message>
    <message>
        <source>&amp;Queue</source>
        <translation>队列(&amp;Q)</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>加入队列</translation>
    </message>
    <message>
        <source>Adds this configuration to the queue</source>
        <translation>将此配置加入队列</translation>
    </message>
    <message>
        <source>Memory and time above are Arcmeter&apos;s: whether %1 fits, only the run tells.</source>
        <translation>以上内存和时间是 Arcmeter 的：%1 是否放得下，只有运行才知道。</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::PlanLine</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 of %2 GiB</source>
        <translation>%1 / %2 GiB</translation>
    </message>
    <message>
        <source>Measure quickly instead: 30 iterations</source>
        <translation>改为快速测量：30 次迭代</translation>
    </message>
    <message>
        <source>Needs %1</source>
        <translation>需要 %1</translation>
    </message>
    <message>
        <source>Fits: %1</source>
        <translation>可容纳：%1</translation>
    </message>
    <message>
        <source>Does not fit: %1. Lower the batch size or the number of classes.</source>
        <translation>放不下：%1。请减小批大小或类别数。</translation>
    </message>
    <message>
        <source>How long it takes is known after a first run.</source>
        <translation>首次运行后即可知道所需时间。</translation>
    </message>
    <message>
        <source>About %1</source>
        <translation>约 %1</translation>
    </message>
    <message>
        <source>Estimated from %1</source>
        <translation>估计依据：%1</translation>
    </message>
    <message>
        <source>Recomputed in backward: nothing</source>
        <translation>反向中重算：无</translation>
    </message>
    <message>
        <source>Recomputed in backward: %1, %2 more work and %3 more memory traffic</source>
        <translation>反向中重算：%1，多 %2 运算和 %3 内存流量</translation>
    </message>
    <message>
        <source>BatchNorm and PReLU</source>
        <translation>BatchNorm 与 PReLU</translation>
    </message>
    <message>
        <source>whole units</source>
        <translation>整个单元</translation>
    </message>
    <message>
        <source>The program&apos;s own share is assumed until a run measures it</source>
        <translation>程序自身所占为假定值，直到有运行测得</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ProbeModel</name>
    <message>
        <source>Runs</source>
        <translation>能运行</translation>
    </message>
    <message>
        <source>Out of memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>Above the limit</source>
        <translation>超过上限</translation>
    </message>
    <message>
        <source>%1 (known from before)</source>
        <translation>%1（之前已知）</translation>
    </message>
    <message>
        <source>Running …</source>
        <translation>正在运行…</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Planned</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Peak</source>
        <translation>峰值</translation>
    </message>
    <message>
        <source>Off the plan</source>
        <translation>与计划之差</translation>
    </message>
    <message>
        <source>samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::QueueDock</name>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Entries that have ended</source>
        <translation>已结束的条目</translation>
    </message>
    <message>
        <source>Nothing waits. Put the present configuration here, or choose a suite: each is measured after the other, and one that fails does not stop the rest.</source>
        <translation>没有等待的条目。可将当前配置放到这里，或选择一个套件：逐个测量，一个失败不会影响其余。</translation>
    </message>
    <message>
        <source>&amp;Add this configuration</source>
        <translation>加入此配置(&amp;A)</translation>
    </message>
    <message>
        <source>S&amp;uites…</source>
        <translation>套件(&amp;U)…</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Measures what waits, one after the other</source>
        <translation>逐个测量等待中的条目</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Rests after the repeat that goes; it is kept</source>
        <translation>当前重复结束后休息；其结果保留</translation>
    </message>
    <message>
        <source>Stop now</source>
        <translation>立即停止</translation>
    </message>
    <message>
        <source>Stops the present run; its whole repeats are kept, and it waits again</source>
        <translation>停止当前运行；完整的重复保留，条目重新等待</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Earlier (Alt+Up)</source>
        <translation>提前 (Alt+Up)</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Later (Alt+Down)</source>
        <translation>推后 (Alt+Down)</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Leaves the selected entries out; a running one is stopped</source>
        <translation>跳过所选条目；正在运行的会被停止</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Lets selected entries that failed or were skipped wait again</source>
        <translation>让所选的失败或被跳过的条目重新等待</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Takes the selected entries out of the queue (Del); their runs stay in History</source>
        <translation>将所选条目移出队列 (Del)；其运行仍留在历史中</translation>
    </message>
    <message>
        <source>Clear ended</source>
        <translation>清除已结束</translation>
    </message>
    <message>
        <source>Takes all that has ended out of the queue; the runs stay in History</source>
        <translation>将全部已结束的条目移出队列；其运行仍留在历史中</translation>
    </message>
    <message>
        <source>Show the run</source>
        <translation>显示该运行</translation>
    </message>
    <message>
        <source>Pausing after the present repeat.</source>
        <translation>当前重复结束后暂停。</translation>
    </message>
    <message>
        <source>Searching the largest value that runs; %1 of %2 ended</source>
        <translation>正在查找能运行的最大值；已结束 %1 / %2</translation>
    </message>
    <message>
        <source>%1 of %2 ended</source>
        <translation>已结束 %1 / %2</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n 个等待中</numerusform>
        </translation>
    </message>
    <message>
        <source>All have ended</source>
        <translation>全部已结束</translation>
    </message>
    <message numerus="yes">
        <source>, %n failed</source>
        <translation>
            <numerusform>，%n 个失败</numerusform>
        </translation>
    </message>
    <message>
        <source>, about %1 left</source>
        <translation>，约剩 %1</translation>
    </message>
    <message>
        <source>Save table…</source>
        <translation>保存表格…</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::QueueModel</name>
    <message>
        <source>Another Arcmeter runs it.</source>
        <translation>由另一个 Arcmeter 运行。</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>约 %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来自</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>Left, or why not</source>
        <translation>剩余，或原因</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ReferenceBar</name>
    <message>
        <source>%1: %2 samples/s</source>
        <translation>%1：%2 样本/秒</translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Draw an earlier run or a published row into the charts, dashed</source>
        <translation>将以前的运行或已发表数据以虚线画入图表</translation>
    </message>
    <message>
        <source>Earlier runs</source>
        <translation>以前的运行</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>已发表</translation>
    </message>
    <message>
        <source>Choose in History…</source>
        <translation>在历史中选择…</translation>
    </message>
    <message>
        <source>Take %1 out of the charts</source>
        <translation>将 %1 从图表中移除</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>导入</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ReportPage</name>
    <message>
        <source>Sections</source>
        <translation>章节</translation>
    </message>
    <message>
        <source>Whose runs fill the Arcmeter column</source>
        <translation>Arcmeter 一列采用哪些运行</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>报告的语言</translation>
    </message>
    <message>
        <source>&amp;Measure it here…</source>
        <translation>在本机测量(&amp;M)…</translation>
    </message>
    <message>
        <source>Opens the suites: the report&apos;s configurations, measured on this machine</source>
        <translation>打开套件：在本机测量报告的各配置</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>导出(&amp;E)</translation>
    </message>
    <message>
        <source>Runs of</source>
        <translation>运行来自</translation>
    </message>
    <message>
        <source>no run of yours yet</source>
        <translation>还没有您的运行</translation>
    </message>
    <message>
        <source>No run of yours has a place in this report yet, so its Arcmeter column is empty. Press &apos;Measure it here&apos; and start one of the suites.</source>
        <translation>报告中还没有您的运行，因此 Arcmeter 一列为空。请点“在本机测量”并开始一个套件。</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Writing %1 …</source>
        <translation>正在写入 %1…</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>已保存为 %1</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>%1. Arcmeter %2.</source>
        <translation>%1。Arcmeter %2。</translation>
    </message>
    <message>
        <source>Save the picture …</source>
        <translation>保存图片…</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>复制图片</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ReportView</name>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Copy as TSV</source>
        <translation>复制为 TSV</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::RunHeader</name>
    <message>
        <source>samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>samples/s, partial</source>
        <translation>样本/秒，部分</translation>
    </message>
    <message>
        <source>samples/s, median of %1</source>
        <translation>样本/秒，%1 次的中位数</translation>
    </message>
    <message>
        <source>samples/s, median of %1, ±%2</source>
        <translation>样本/秒，%1 次的中位数，±%2</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>Run a&amp;gain</source>
        <translation>再次运行(&amp;G)</translation>
    </message>
    <message>
        <source>Stop; what was measured is kept</source>
        <translation>停止；已测得的结果会保留</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>运行进度</translation>
    </message>
    <message>
        <source>a step</source>
        <translation>每步</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>left</source>
        <translation>剩余</translation>
    </message>
    <message>
        <source>Run %1: %2</source>
        <translation>运行 %1：%2</translation>
    </message>
    <message>
        <source>Repeat %1 of %2</source>
        <translation>第 %1 次重复，共 %2 次</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>loss, last 50</source>
        <translation>损失，最近 50 次</translation>
    </message>
    <message>
        <source>accuracy, last 50</source>
        <translation>准确率，最近 50 次</translation>
    </message>
    <message>
        <source>of the peak</source>
        <translation>占峰值</translation>
    </message>
    <message>
        <source>Arithmetic done, as a share of the highest rate this device is capable of (model FLOPs utilization)</source>
        <translation>所完成的运算量占该设备最高速率的比例（模型 FLOPs 利用率）</translation>
    </message>
    <message>
        <source>Why the run is as fast as it is</source>
        <translation>速度由什么决定</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ScalingChart</name>
    <message>
        <source>Scaling</source>
        <translation>扩展性</translation>
    </message>
    <message>
        <source>%1 against devices</source>
        <translation>%1与设备数</translation>
    </message>
    <message>
        <source>%1, %2: %3 at %4 devices</source>
        <translation>%1，%2：%4 个设备时为 %3</translation>
    </message>
    <message>
        <source>devices</source>
        <translation>设备数</translation>
    </message>
    <message>
        <source>Ideal</source>
        <translation>理想</translation>
    </message>
    <message>
        <source>%1 (samples/s)</source>
        <translation>%1（样本/秒）</translation>
    </message>
    <message>
        <source>%1
%2 devices, %3: %4 samples/s, efficiency %5</source>
        <translation>%1
%2 个设备，%3：%4 样本/秒，效率 %5</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ScalingModel</name>
    <message>
        <source>Figure</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备数</translation>
    </message>
    <message>
        <source>Samples/s</source>
        <translation>样本/秒</translation>
    </message>
    <message>
        <source>Speedup</source>
        <translation>加速比</translation>
    </message>
    <message>
        <source>Efficiency</source>
        <translation>效率</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::ScalingPage</name>
    <message>
        <source>The chart&apos;s figures as a table</source>
        <translation>以表格显示图中的数据</translation>
    </message>
    <message>
        <source>Choose a series at the left. A series is made of runs that differ in nothing but the number of devices; the published ones are there from the start.</source>
        <translation>请在左侧选择系列。一个系列由仅设备数不同的运行组成；已发表的系列一开始就在其中。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Projected, up to</source>
        <translation>预测，直至</translation>
    </message>
    <message>
        <source>Dashed: what the projection expects of more devices. Never measured.</source>
        <translation>虚线：对更多设备的预测，并非实测。</translation>
    </message>
    <message>
        <source>Devices projected to</source>
        <translation>预测的最大设备数</translation>
    </message>
    <message>
        <source>%1 devices</source>
        <translation>%1 个设备</translation>
    </message>
    <message>
        <source>Within a node</source>
        <translation>节点内</translation>
    </message>
    <message>
        <source>Between nodes</source>
        <translation>节点间</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Chart as a picture…</source>
        <translation>图表存为图片…</translation>
    </message>
    <message>
        <source>Copy the chart</source>
        <translation>复制图表</translation>
    </message>
    <message>
        <source>Figures as a table…</source>
        <translation>数据存为表格…</translation>
    </message>
    <message>
        <source>the machine&apos;s</source>
        <translation>该机器自带</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>Up to %1 at once.</source>
        <translation>最多同时显示 %1 个。</translation>
    </message>
    <message>
        <source>Series to show</source>
        <translation>要显示的系列</translation>
    </message>
    <message>
        <source>%1 series can be told apart; take one away first.</source>
        <translation>最多可区分 %1 个系列；请先去掉一个。</translation>
    </message>
    <message>
        <source>%1. Dashed lines are projected from the first point of each series, not measured.</source>
        <translation>%1。虚线由各系列的第一个点预测而来，并非实测。</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Takes effect when Arcmeter starts next</source>
        <translation>下次启动 Arcmeter 时生效</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>颜色(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Language (at next start)</source>
        <translation>语言（下次启动时）(&amp;L)</translation>
    </message>
    <message>
        <source>Folder of %1</source>
        <translation>%1 的文件夹</translation>
    </message>
    <message>
        <source>not set: synthetic data stands in</source>
        <translation>未设置：以合成数据代替</translation>
    </message>
    <message>
        <source>&amp;Engine program</source>
        <translation>引擎程序(&amp;E)</translation>
    </message>
    <message>
        <source>arcmeter-engine, found by itself</source>
        <translation>arcmeter-engine，自动查找</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Browse: %1</source>
        <translation>浏览：%1</translation>
    </message>
    <message>
        <source>There is no train.rec in %1.</source>
        <translation>%1 中没有 train.rec。</translation>
    </message>
    <message>
        <source>%1 is not a program that can be run.</source>
        <translation>%1 不是可运行的程序。</translation>
    </message>
    <message>
        <source>&amp;Python with PyTorch</source>
        <translation>带 PyTorch 的 Python(&amp;P)</translation>
    </message>
    <message>
        <source>python3</source>
        <translation>python3</translation>
    </message>
    <message>
        <source>A Python 3.11 or newer with torch and numpy: PyTorch is then offered as an engine</source>
        <translation>带 torch 和 numpy 的 Python 3.11 或更新版本：届时可选 PyTorch 作为引擎</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::SuitesDialog</name>
    <message>
        <source>Suites</source>
        <translation>套件</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::SweepDialog</name>
    <message>
        <source>Sweep</source>
        <translation>扫描</translation>
    </message>
    <message>
        <source>Another field</source>
        <translation>再加一个字段</translation>
    </message>
    <message>
        <source>Every combination of these values is a configuration; all else is as in the New-run panel: %1.</source>
        <translation>这些值的每种组合是一个配置；其余与新运行面板相同：%1。</translation>
    </message>
    <message>
        <source>Choose a field …</source>
        <translation>选择字段…</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>取值</translation>
    </message>
    <message>
        <source>Leave this field out</source>
        <translation>去掉此字段</translation>
    </message>
    <message>
        <source>for example %1</source>
        <translation>例如 %1</translation>
    </message>
    <message>
        <source>Choose a field and type its values, separated by commas.</source>
        <translation>请选择字段并输入其取值，用逗号分隔。</translation>
    </message>
    <message>
        <source>The field %1 is chosen twice; give all its values in one row.</source>
        <translation>字段 %1 选了两次；请在一行中给出全部取值。</translation>
    </message>
</context>
<context>
    <name>arcmeter::ui::Welcome</name>
    <message>
        <source>&amp;Try it now</source>
        <translation>立即试用(&amp;T)</translation>
    </message>
    <message>
        <source>See how fast this machine trains a face-recognition network</source>
        <translation>看看这台机器训练人脸识别网络有多快</translation>
    </message>
    <message>
        <source>Choose a benchmark on the left and press Run. Throughput, memory and where each step&apos;s time goes appear here while it trains; every run is kept in History beside the published figures.</source>
        <translation>在左侧选择一个基准测试并按“运行”。训练时，吞吐量、内存和每步时间的去向会显示在这里；每次运行都会保存在历史中，与已发表的数据并列。</translation>
    </message>
    <message>
        <source>Look at the published OneFlow and MXNet results</source>
        <translation>查看已发表的 OneFlow 和 MXNet 结果</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
</TS>
